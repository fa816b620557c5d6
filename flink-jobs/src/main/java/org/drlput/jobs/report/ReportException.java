package org.drlput.jobs.report;

import java.util.List;

/** A directory of which no report can be made: everything that is missing or broken in it. */
public final class ReportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReportException(List<String> problems) {
        super(
                problems.size() == 1
                        ? problems.get(0)
                        : "no report can be made, %d problems\n  %s"
                                .formatted(problems.size(), String.join("\n  ", problems)));
    }
}
