package org.drlput.common.serve;

import java.util.Locale;

/** Why a request got the manual setting, and not what the policy says. */
public enum FallbackCause {
    /** No version was ever had: neither from where versions come from, nor from the local store. */
    NO_VERSION,
    /** It is longer ago than allowed that the version in use was known to be the alias'. */
    TOO_OLD,
    /** The version that the alias names can not be verified, and there is no other one that is young enough. */
    WRONG_CHECKSUM,
    /** The features were not there in time. */
    TIME_OUT,
    /** Features are missing that must not be. */
    MISSING_FEATURES,
    /** Features are there that can not be read: text for a number, say. */
    INVALID_FEATURES,
    /** The network's output is not finite. */
    NOT_FINITE;

    /** Whether it lies with this request; else no request gets the policy's action now. */
    boolean ofRequest() {
        return this == TIME_OUT || this == MISSING_FEATURES || this == INVALID_FEATURES;
    }

    /** {@code noVersion}: as logs and files write it. */
    public String word() {
        StringBuilder word = new StringBuilder();
        for (String part : name().toLowerCase(Locale.ROOT).split("_")) {
            word.append(word.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return word.toString();
    }
}
