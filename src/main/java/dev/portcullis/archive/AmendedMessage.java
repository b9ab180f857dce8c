package dev.portcullis.archive;

import static java.util.Comparator.comparingLong;

import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.record.EntryRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an archive has of one message. This is the rule of amendments for every archive, which may lack some of them, or the
 * message.
 *
 * @param amendments oldest first; once the message is deleted, each has the body of a deletion
 */
public record AmendedMessage(Optional<EntryRow> message, List<EntryRow> amendments) {

    /** Makes it of all rows of a message that an archive has. */
    public static AmendedMessage of(Collection<EntryRow> rows) {
        return new AmendedMessage(
                rows.stream().filter(row -> row.state().isMessage()).findFirst(),
                rows.stream()
                        .filter(row -> row.state() == EntryState.AMENDMENT)
                        .sorted(comparingLong(AmendedMessage::seq))
                        .toList());
    }

    /** The id of the message that a row is of: it is the message, or amends it. */
    public static Optional<String> idOf(EntryRow row) {
        return row.message()
                .filter(any -> row.state().isMessage() || row.state() == EntryState.AMENDMENT)
                .map(of -> of.id());
    }

    /** Whether an amendment deletes its message, or is an edit of a deleted one. */
    public static boolean isDeletion(EntryRow amendment) {
        return DeliveredMessage.isDeletion(amendment.entry().body());
    }

    /**
     * The rows as the archive has to store them: the message names its newest amendment, and the body of the deletion is in place
     * of the bodies of the message and of all its edits.
     */
    public AmendedMessage settled() {
        return message.filter(row -> row.state() == EntryState.DELETED)
                .or(this::deletion)
                .map(row -> deleted(row.entry().body()))
                .orElseGet(() -> new AmendedMessage(message.map(row -> amended(row, EntryState.EDITED)), amendments));
    }

    /** The message with the state that it has by the amendments here: those that the archive lacks do not count. */
    public Optional<EntryRow> latest() {
        return message.map(row -> {
            EntryState state = amendments.isEmpty() ? EntryState.MESSAGE : EntryState.EDITED;
            return row.amended(row.state() == EntryState.DELETED ? row.state() : state, newestSeq());
        });
    }

    /** The amendment that gives the message its latest state. */
    public Optional<EntryRow> newest() {
        return amendments.isEmpty() ? Optional.empty() : Optional.of(amendments.get(amendments.size() - 1));
    }

    /**
     * What was read of a message in its latest state, or of an amendment, as it is with these further amendments of that message.
     * The archive may have had some of them.
     */
    static LatestEntry latest(LatestEntry read, List<EntryRow> further) {
        EntryRow row = row(read.entry(), read.state());
        if (!row.state().isMessage()) {
            return new LatestEntry(appended(read.entry(), further), read.state(), read.amendment());
        }
        Map<Long, EntryRow> rows = new TreeMap<>();
        Stream.concat(
                        Stream.of(row),
                        Stream.concat(
                                further.stream(), read.amendment().map(by -> row(by, EntryState.AMENDMENT)).stream()))
                .forEach(each -> rows.putIfAbsent(seq(each), each));
        AmendedMessage settled = of(rows.values()).settled();
        return settled.latest()
                .map(message -> message.latest(settled.newest().map(EntryRow::entry)))
                .orElse(read);
    }

    /**
     * An entry of a message as it was appended, or, if one of these amendments deletes the message, with the body of the
     * deletion.
     */
    static StreamEntry appended(StreamEntry entry, List<EntryRow> further) {
        return new AmendedMessage(Optional.empty(), further)
                .deletion()
                .filter(any -> !DeliveredMessage.isDeletion(entry.body()))
                .map(deletion -> entry.saying(deletion.entry().body()))
                .orElse(entry);
    }

    /** Those that decide what a message says: the newest one, and the newest deletion. */
    List<EntryRow> deciding() {
        return Stream.concat(deletion().stream(), newest().stream()).distinct().toList();
    }

    private static EntryRow row(StreamEntry entry, EntryState state) {
        return new EntryRow(entry.timestamp(), entry, state, 0, Optional.empty());
    }

    /** All rows, the message first. */
    public List<EntryRow> rows() {
        return Stream.concat(message.stream(), amendments.stream()).toList();
    }

    private AmendedMessage deleted(byte[] body) {
        return new AmendedMessage(
                message.map(row -> amended(row, EntryState.DELETED).saying(body)),
                amendments.stream()
                        .map(row -> isDeletion(row) ? row : row.saying(body))
                        .toList());
    }

    /** The message once its newest amendment has changed it. One that the archive lacks may be newer. */
    private EntryRow amended(EntryRow row, EntryState becomes) {
        return amendments.isEmpty() ? row : row.amended(becomes, Math.max(row.amendedBy(), newestSeq()));
    }

    private Optional<EntryRow> deletion() {
        return amendments.stream().filter(AmendedMessage::isDeletion).reduce((before, newer) -> newer);
    }

    private long newestSeq() {
        return newest().map(AmendedMessage::seq).orElse(0L);
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }
}
