package dev.portcullis.archive;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.LowerCaseId;

/**
 * The section {@code archive}.
 *
 * @param bytes the most bytes of an embedded archive, whose oldest entries then go
 * @param backlogBytes the bytes of entries that may wait in the store while the archive is away
 */
public record ArchiveConfig(Kind kind, long bytes, long backlogBytes, OnFull onFull) {
    /** Where the archive is. */
    public enum Kind implements LowerCaseId {
        EMBEDDED,
        POSTGRES,
        NONE
    }

    /** What happens to messages while as many bytes wait as may. */
    public enum OnFull {
        /** They are refused, as unavailable. */
        REFUSE,
        /** They are taken, and the oldest that wait are lost to the archive. Its readers are told. */
        GAP
    }

    /** @param usual where the archive is unless the section says it */
    public static ArchiveConfig read(Section archive, Kind usual) {
        return new ArchiveConfig(
                archive.basic()
                        .choice(
                                "kind",
                                usual,
                                "where messages stay that have left the window (streams.room, streams.inbox): embedded, in the"
                                        + " node's own store; postgres, which all nodes share; or none, the default where store.kind is"
                                        + " redis"),
                archive.basic()
                        .number(
                                "bytes",
                                10L << 30,
                                1L << 20,
                                1L << 50,
                                "bytes of an embedded archive; the oldest messages of all streams go first"),
                archive.number(
                        "backlogBytes",
                        1L << 30,
                        1L << 20,
                        1L << 40,
                        "bytes of messages that may wait in the store while the archive is away"),
                archive.choice(
                        "onFull",
                        OnFull.REFUSE,
                        "while so much waits: refuse, messages are answered unavailable; gap, they are taken, and the oldest"
                                + " that wait are lost to the archive, which its readers are told"));
    }
}
