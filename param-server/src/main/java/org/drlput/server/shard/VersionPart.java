package org.drlput.server.shard;

import org.drlput.common.tensor.Parameters;

/**
 * A shard's part of a version, to be written.
 *
 * @param rows valid rows of all steps up to this one
 * @param weights a copy that nobody changes; averaged ones where the experiment averages
 */
public record VersionPart(String run, long generation, long step, long version, long rows, Parameters weights) {}
