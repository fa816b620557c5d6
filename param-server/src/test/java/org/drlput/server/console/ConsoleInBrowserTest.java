package org.drlput.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.drlput.server.console.ConsoleServer.Settings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens the console in Chromium, where there is one: in its usual places, or where the variable {@code CHROMIUM} says. Wide and
 * narrow, light and dark. {@code CONSOLE_PICTURES} names a directory to leave the pictures in, for people to look at.
 */
class ConsoleInBrowserTest {
    private static final List<Integer> WIDTHS = List.of(1280, 390);
    private static final List<String> SCHEMES = List.of("light", "dark");

    @TempDir
    Path directory;

    private record View(String name, String address, String wanted) {}

    private static final List<View> VIEWS = List.of(
            new View("overview", "", "All 24 steps are done"),
            new View("version", "#/version/10", "Estimators side by side"),
            new View("compare", "#/compare/4/20", "Version 20 against version 4"));

    private static @Nullable String chromium() {
        return Stream.of(
                        System.getenv("CHROMIUM"),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .filter(path -> path != null && Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse(null);
    }

    @Test
    void opensWithoutAComplaintWideAndNarrowLightAndDark() throws Exception {
        String chromium = chromium();
        if (chromium == null) {
            System.out.println("skipped: no Chromium, the console is not opened in a browser");
            Assumptions.abort("no Chromium");
            return;
        }
        Path data = directory.resolve("data");
        try (PublishedRun run = PublishedRun.in(data);
                ConsoleServer console = ConsoleServer.start(new Settings("127.0.0.1", 0, data, run.addresses()));
                Browser browser = new Browser(chromium, directory)) {
            run.decide();
            for (int width : WIDTHS) {
                for (String scheme : SCHEMES) {
                    for (View view : VIEWS) {
                        String name = "%s-%d-%s".formatted(view.name(), width, scheme);
                        browser.open(console.url() + view.address(), width, scheme);
                        browser.awaitText(view.wanted());
                        looksWhole(browser, name, width);
                        keep(browser.picture(), name);
                    }
                }
            }
            readsWell(browser, console.url());
        }
    }

    private static void looksWhole(Browser browser, String name, int width) throws Exception {
        assertThat(browser.complaints()).as(name).isEmpty();
        // tables scroll within themselves: the page never does sideways
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                .as(name)
                .isEqualTo(width);
        // of each chart one drawing is shown, the one that fits
        String shown = width > 560 ? "wide" : "narrow";
        String hidden = width > 560 ? "narrow" : "wide";
        assertThat(browser.value("[...document.querySelectorAll('svg." + hidden
                                + "')].every(s => getComputedStyle(s).display === 'none')")
                        .asBoolean())
                .as(name)
                .isTrue();
        assertThat(browser.value("[...document.querySelectorAll('svg." + shown
                                + "')].every(s => s.getBoundingClientRect().width <= innerWidth)")
                        .asBoolean())
                .as(name)
                .isTrue();
        assertThat(browser.value("document.querySelectorAll('main img, main b, main script').length")
                        .asInt())
                .as(name)
                .isZero();
    }

    private static void readsWell(Browser browser, String url) throws Exception {
        browser.open(url, 1280, "light");
        browser.awaitText("All 24 steps are done");
        browser.awaitText("live");
        browser.awaitText("shard 1");
        browser.awaitText("Diversity 0.97 is above 0.95");
        // somebody's reason is text, whatever stands in it
        browser.awaitText(PublishedRun.HOSTILE);
        // from the overview to a version, and to a run of its curve
        browser.value("document.querySelector('a[href=\"#/version/20\"]').click()");
        browser.awaitText("What it is made of");
        browser.awaitText(PublishedRun.HOSTILE);
        browser.value("location.hash = '#/version/7'");
        browser.awaitText("version 7: there is none of this number here");
        browser.value("location.hash = '#shards'");
        browser.awaitText("All 24 steps are done");
        assertThat(browser.value("document.title").asText()).isEqualTo("All 24 steps are done: DRL-PUT console");
    }

    private static void keep(byte[] picture, String name) throws Exception {
        assertThat(picture).startsWith(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        String pictures = System.getenv("CONSOLE_PICTURES");
        if (pictures != null) {
            Files.write(Files.createDirectories(Path.of(pictures)).resolve(name + ".png"), picture);
        }
    }
}
