package org.drlput.common.simulate;

/**
 * One request of the market: what is logged of it, and how this user will truly respond. Filled again and again by {@link
 * Market#request}; one thread.
 */
final class Request {
    /** Names the request among those of its log; candidates and outcomes are drawn from it. */
    long key;

    long eventTimeMicros;
    int user;
    float ctr30d;
    float activity;
    /** NaN where the session's depth is not known. */
    float sessionDepth;

    float hour;
    int country;
    int device;
    /** Bit t: the user follows topic t. */
    int interests;
    /** What the market expects of the logged numbers; latent where they are missing. */
    double depthBell;

    double ctrBell;
    double activityBell;

    /** What the predictions must be multiplied with in this request: truth over prediction. */
    double viewResponse;

    double clickResponse;

    double longClickResponse;
    double conversionResponse;
    /** Advertisers bid so much more for this request than on average. */
    double bidLevel;
}
