package org.drlput.common.export;

import java.io.IOException;
import java.nio.file.Path;

/** What a version can be exported as. */
public enum ExportFormat {
    /** A model of ONNX that goes from features to hyperparameters: {@link OnnxExport}. */
    ONNX {
        @Override
        public void write(VersionFiles version, Path file) throws IOException {
            OnnxExport.write(version, file);
        }
    },
    /** An Arrow IPC file with all weights: {@link ArrowExport}. */
    ARROW {
        @Override
        public void write(VersionFiles version, Path file) throws IOException {
            ArrowExport.write(version, file);
        }
    };

    /**
     * Writes one file, whole or not at all; one that is there is replaced. The same bytes for the same version.
     *
     * @throws IOException where the file can not be written
     * @throws org.drlput.common.version.VersionException where the format can not hold the version
     */
    public abstract void write(VersionFiles version, Path file) throws IOException;
}
