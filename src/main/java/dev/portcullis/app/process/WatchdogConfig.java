package dev.portcullis.app.process;

import dev.portcullis.config.Section;

public record WatchdogConfig(long blockedMs, long collectingMs) {
    public static WatchdogConfig read(Section watchdog) {
        return new WatchdogConfig(
                watchdog.millis(
                        "blockedMs",
                        30_000,
                        1_000,
                        600_000,
                        "an event loop that does nothing for so long ends the process, for its supervisor to start it again"),
                watchdog.millis(
                        "collectingMs",
                        30_000,
                        1_000,
                        600_000,
                        "a process with a full heap that does nothing for so long but collect garbage ends likewise"));
    }
}
