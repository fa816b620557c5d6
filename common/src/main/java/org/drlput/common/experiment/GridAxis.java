package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.List;

/** How m sorted levels become g groups: group j is levels {@code [floor(jm/g), floor((j+1)m/g))}, valued at its upper median. */
public final class GridAxis {
    private GridAxis() {}

    /** The value of each group, ascending like the levels. */
    public static List<Double> groupValues(List<Double> levels, int groups) {
        List<Double> values = new ArrayList<>(groups);
        for (int j = 0; j < groups; j++) {
            List<Double> group = groupLevels(levels, groups, j);
            values.add(group.get(group.size() / 2));
        }
        return values;
    }

    /** The levels of group j, ascending; never empty where {@code groups <= levels.size()}. */
    public static List<Double> groupLevels(List<Double> levels, int groups, int j) {
        int from = (int) ((long) j * levels.size() / groups);
        int to = (int) ((j + 1L) * levels.size() / groups);
        return levels.subList(from, to);
    }

    /** A level as a person writes it: 3, not 3.0. */
    public static String text(double level) {
        return level == Math.rint(level) && Math.abs(level) < 1e15
                ? String.valueOf((long) level)
                : String.valueOf(level);
    }
}
