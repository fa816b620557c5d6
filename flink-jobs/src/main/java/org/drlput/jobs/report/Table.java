package org.drlput.jobs.report;

import java.util.List;

/** Tables: plain ones, and those that stand for a chart's data where the chart can not be seen. */
final class Table {
    private Table() {}

    /** The first column names the row; the others are numbers, right-aligned. Cells are text. */
    static void write(Html html, String caption, List<String> head, List<List<String>> rows) {
        html.raw("<div class=\"scroll\"><table>");
        if (!caption.isEmpty()) {
            html.element("caption", "", caption);
        }
        html.raw("<thead><tr>");
        for (int i = 0; i < head.size(); i++) {
            html.raw(i == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">")
                    .text(head.get(i))
                    .raw("</th>");
        }
        html.raw("</tr></thead><tbody>");
        for (List<String> row : rows) {
            html.raw("<tr>");
            for (int i = 0; i < row.size(); i++) {
                html.raw(i == 0 ? "<th scope=\"row\">" : "<td class=\"n\">")
                        .text(row.get(i))
                        .raw(i == 0 ? "</th>" : "</td>");
            }
            html.raw("</tr>");
        }
        html.raw("</tbody></table></div>");
    }

    /** What a chart shows, folded away below it. */
    static void behind(Html html, List<String> head, List<List<String>> rows) {
        html.raw("<details><summary>The numbers</summary>");
        write(html, "", head, rows);
        html.raw("</details>");
    }

    /** Names and values. */
    static void facts(Html html, List<List<String>> facts) {
        html.raw("<dl class=\"facts\">");
        for (List<String> fact : facts) {
            html.element("dt", "", fact.get(0)).element("dd", "", fact.get(1));
        }
        html.raw("</dl>");
    }
}
