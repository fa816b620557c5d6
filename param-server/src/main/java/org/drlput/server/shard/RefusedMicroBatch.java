package org.drlput.server.shard;

/** A micro-batch that its worker judged unfit: it counts as empty. {@code cause} names file and rows. */
public record RefusedMicroBatch(long step, int microBatch, String cause) {}
