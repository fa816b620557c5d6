package org.drlput.common.simulate;

/**
 * What a simulated log is like, apart from the market: who is in it, how its actions are chosen, and until when its outcomes were
 * watched. Immutable.
 *
 * @param heavyUsers how many times as frequent heavy users are, relative to others, as in all traffic; 1: as in all traffic
 * @param cutAtEnd whether conversions are missing that come after the log's last request, and with them the money they bring
 */
public record LogKind(Behaviour behaviour, double heavyUsers, boolean cutAtEnd) {
    /** Uniform actions on all traffic, outcomes watched for as long as it takes. */
    public static final LogKind PLAIN = new LogKind(new Behaviour.Uniform(), 1, false);

    public LogKind {
        if (!(heavyUsers >= 1 && heavyUsers <= 100)) {
            throw new SimulationException("heavyUsers: found %s, expected 1 to 100".formatted(heavyUsers), null);
        }
    }
}
