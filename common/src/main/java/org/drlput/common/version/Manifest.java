package org.drlput.common.version;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code manifest.json} of a published version; see docs/contracts.md. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Manifest(
        int formatVersion,
        long version,
        long step,
        @Nullable Long parent,
        String run,
        String experimentSha256,
        long generation,
        @Nullable Long checkpoint,
        Rows rows,
        String kernel,
        String software,
        String weightsSha256,
        List<File> files) {

    public record Rows(long trained, long rejected, long heldOut) {}

    public record File(String name, long bytes, String sha256) {}
}
