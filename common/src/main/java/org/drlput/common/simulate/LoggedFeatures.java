package org.drlput.common.simulate;

import java.util.ArrayList;
import java.util.List;

/** What the log says of a request, by the column's name. */
final class LoggedFeatures {
    private LoggedFeatures() {}

    /** NaN where missing. */
    static float number(Request request, String name) {
        return switch (name) {
            case "ctr_30d" -> request.ctr30d;
            case "activity" -> request.activity;
            case "session_depth" -> request.sessionDepth;
            case "hour" -> request.hour;
            default -> throw new IllegalArgumentException("numeric feature '%s'".formatted(name));
        };
    }

    static String category(Request request, String name) {
        return switch (name) {
            case "country" -> Market.COUNTRIES.get(request.country);
            case "device" -> Market.DEVICES.get(request.device);
            case "user" -> user(request);
            default -> throw new IllegalArgumentException("categorical feature '%s'".formatted(name));
        };
    }

    static String user(Request request) {
        return "u" + request.user;
    }

    static List<String> interests(Request request) {
        List<String> topics = new ArrayList<>();
        for (int t = 0; t < Market.TOPICS.size(); t++) {
            if ((request.interests >>> t & 1) == 1) {
                topics.add(Market.TOPICS.get(t));
            }
        }
        return topics;
    }
}
