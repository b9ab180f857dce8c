package dev.portcullis.broadcast;

import dev.portcullis.config.Section;
import dev.portcullis.streams.AppendRequest.Retention;
import java.util.concurrent.TimeUnit;

/** @param retention how long an edge that is behind can still find a notification */
public record NotificationConfig(Retention retention) {

    /** @param notifications the section {@code broadcast.notifications} */
    public static NotificationConfig read(Section notifications) {
        return new NotificationConfig(new Retention(
                notifications.integer(
                        "entries", 100, 1, 10_000, "newest notifications that are kept for edges that are behind"),
                notifications.millis(
                        "ageMs",
                        TimeUnit.MINUTES.toMillis(10),
                        1_000,
                        TimeUnit.DAYS.toMillis(1),
                        "how old a notification may become before an edge that is behind leaves it out")));
    }
}
