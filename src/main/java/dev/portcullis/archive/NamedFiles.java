package dev.portcullis.archive;

import dev.portcullis.protocol.codec.FileLinks;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The files that messages name which an archive removes, or whose texts it replaces. This is the rule for every archive. */
public final class NamedFiles {
    private NamedFiles() {}

    /** The files of a message that is changed: empty unless it loses its text to a deletion. */
    public static List<RemovedFile> replaced(EntryRow before, EntryRow after) {
        return AmendedMessage.isDeletion(after) && !AmendedMessage.isDeletion(before)
                ? of(before).toList()
                : List.of();
    }

    /**
     * The files of entries that a retention or a bound removes. A direct message loses them with the copy of its recipient: the
     * inbox of a sender who writes much may end earlier.
     */
    public static List<RemovedFile> swept(Collection<EntryRow> removed) {
        return removed.stream()
                .filter(row -> !isOwnCopy(row))
                .flatMap(NamedFiles::of)
                .toList();
    }

    private static boolean isOwnCopy(EntryRow row) {
        StreamName stream = row.entry().stream();
        return stream.isInbox() && row.isOf(stream.inboxOwner());
    }

    private static Stream<RemovedFile> of(EntryRow row) {
        return row.message().filter(any -> row.state().isMessage()).map(Message::author).stream()
                .flatMap(author -> FileLinks.of(row.entry().body()).stream()
                        .map(file -> new RemovedFile(file, author, row.entry().stream())));
    }
}
