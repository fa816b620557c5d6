package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.List;

/** How m sorted levels become g groups: group j is levels {@code [floor(jm/g), floor((j+1)m/g))}, valued at its upper median. */
public final class GridAxis {
    private GridAxis() {}

    public static List<Double> groupValues(List<Double> levels, int groups) {
        List<Double> values = new ArrayList<>(groups);
        for (int j = 0; j < groups; j++) {
            int from = (int) ((long) j * levels.size() / groups);
            int to = (int) ((long) (j + 1) * levels.size() / groups);
            values.add(levels.get(from + (to - from) / 2));
        }
        return values;
    }
}
