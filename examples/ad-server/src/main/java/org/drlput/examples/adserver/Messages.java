package org.drlput.examples.adserver;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;

/** What the ad server and those who ask it say to each other, as JSON. */
final class Messages {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private Messages() {}

    /** An ad that may be shown: what its advertiser bids for a view, and what models predict. */
    record Candidate(double bid, double pClick, double pLongClick, double pConversion) {}

    /**
     * {@code POST /rank}.
     *
     * @param eventTime ISO-8601, UTC
     * @param features by name; those that are not known are not there
     */
    record Ask(String requestId, String eventTime, Map<String, Object> features, List<Candidate> candidates) {}

    /**
     * The answer to it.
     *
     * @param version of the policy; -1: there is none
     * @param why as the log has it
     * @param reservePrice that a view costs at least
     * @param ads positions in the list of candidates, the best first
     */
    record Ranked(long version, String why, double reservePrice, List<Integer> ads) {}

    /** One of those that {@code POST /outcomes} brings; outcomes by the experiment's names, those that did not happen may be left out. */
    record Outcome(String requestId, Map<String, Double> outcomes) {}

    /** {@code GET /status}. */
    record Status(
            long version,
            String problem,
            long swaps,
            long decided,
            long explored,
            Map<String, Long> fallbacks,
            long rowsLogged,
            long rowsDropped,
            int pending) {}
}
