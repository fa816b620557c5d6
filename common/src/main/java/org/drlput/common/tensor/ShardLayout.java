package org.drlput.common.tensor;

/**
 * Which rows of a tensor belong to which shard: shard i of N owns rows {@code [floor(iR/N), floor((i+1)R/N))} of every
 * tensor of R rows. A part may be empty.
 */
public record ShardLayout(int shardCount) {
    public ShardLayout {
        if (shardCount < 1) {
            throw new IllegalArgumentException("shards: found %d, expected 1 or more".formatted(shardCount));
        }
    }

    public int firstRow(TensorSpec tensor, int shard) {
        return (int) ((long) tensor.rows() * shard / shardCount);
    }

    public int rowCount(TensorSpec tensor, int shard) {
        return firstRow(tensor, shard + 1) - firstRow(tensor, shard);
    }

    /** The shard that owns a row. */
    public int owner(TensorSpec tensor, int row) {
        return (int) (((long) (row + 1) * shardCount - 1) / tensor.rows());
    }
}
