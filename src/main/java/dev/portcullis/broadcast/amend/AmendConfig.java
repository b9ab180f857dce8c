package dev.portcullis.broadcast.amend;

import dev.portcullis.config.Section;
import java.util.concurrent.TimeUnit;

/**
 * @param searched how many of the newest entries of a stream are searched for a message
 * @param mostEdits the most edits of one message
 */
public record AmendConfig(long editWindowMs, int searched, int mostEdits) {

    /** @param broadcast the section {@code broadcast} */
    public static AmendConfig read(Section broadcast) {
        return new AmendConfig(
                broadcast.millis(
                        "editWindowMs",
                        TimeUnit.HOURS.toMillis(24),
                        1_000,
                        TimeUnit.DAYS.toMillis(365),
                        "how long its author may edit a message, which has to be kept too; it may be deleted as long as it"
                                + " is kept"),
                broadcast.integer(
                        "amendable",
                        1_000,
                        1,
                        100_000,
                        "newest entries of a room or an inbox whose messages may be edited and deleted; it bounds how long"
                                + " an edit keeps the store busy"),
                broadcast.integer(
                        "editsPerMessage",
                        50,
                        1,
                        100_000,
                        "edits that one message may have: each takes a place among the entries that are kept, which would"
                                + " else be another message's"));
    }
}
