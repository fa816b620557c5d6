package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.drlput.common.log.EpochOrder.Piece;
import org.drlput.common.log.FirstPassResult.InputFile;
import org.junit.jupiter.api.Test;

class RowNamesTest {
    @Test
    void rowsAreNamedByTheFilesThatTheyWereReadFrom() {
        List<InputFile> inputs = List.of(
                new InputFile("a.arrow", 10_000, 1),
                new InputFile("empty.arrow", 0, 1),
                new InputFile("b.csv.gz", 10_000, 1));
        RowNames names = new RowNames(inputs, 20_000);
        assertThat(names.describe(List.of(new Piece(0, 5, 128))))
                .isEqualTo("128 of rows 1 to 10000 of a.arrow, rows 1 to 6384 of b.csv.gz");
        assertThat(names.describe(List.of(new Piece(0, 16_380, 4), new Piece(1, 0, 12))))
                .isEqualTo(
                        "4 of rows 1 to 10000 of a.arrow, rows 1 to 6384 of b.csv.gz and 12 of rows 6385 to 10000 of b.csv.gz");
    }
}
