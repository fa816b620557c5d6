package org.drlput.server.shard;

/** A message was refused and changed nothing. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.text());
        this.refusal = refusal;
    }

    static RefusedException of(Refusal.Reason reason, String text) {
        return new RefusedException(new Refusal(reason, text));
    }

    public Refusal refusal() {
        return refusal;
    }
}
