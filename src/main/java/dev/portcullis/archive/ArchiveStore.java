package dev.portcullis.archive;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores the entries of streams for longer than the streams do. A failed future means that the archive failed: what was written may
 * be there or not, and may be written again. Futures complete on the caller's Vert.x context, where it has one.
 *
 * <p>An amendment changes the message that it amends, where the archive has it: the newest amendment gives the message its latest
 * state, a deleted message stays deleted, and the body of the deletion stands in place of the bodies of the message and of all its
 * edits, earlier and later ones. {@link AmendedMessage} is this rule.
 *
 * <p>Where entries were lost before the archive had them, it has a hole. The entries of one read are consecutive: a read ends
 * before a hole, with {@code more}, and what was read next tells of it ({@link Slice#exact}).
 */
public interface ArchiveStore {
    /** The position of a stream of which the archive has nothing. */
    Position NOTHING = ArchivedHeads.NOTHING;

    /** The archive's positions of these streams, in their order. */
    Future<List<Position>> positions(List<StreamName> streams);

    /**
     * Adds parts of different streams, each with its new position. A part of a stream whose position is no longer that from which
     * the part goes on is left out: another feeder has added it meanwhile. Entries of the archive beyond {@link
     * ArchivePart#shared} are superseded: no read returns them, and the amendments among them no longer count; but a message that
     * one of them deleted stays deleted. Rows and their position change in one transaction; an archive may add large parts in
     * several.
     *
     * @return the streams whose parts were left out
     */
    Future<Set<StreamName>> add(List<ArchivePart> parts);

    /**
     * The newest entries with a {@code seq} below {@code before}, oldest first, with the latest state of each. Amendments are
     * within the bounds too. The head is the archive's position.
     */
    Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds);

    /**
     * The entries with a {@code seq} above {@code after}, oldest first, as they were appended. The head is the archive's position.
     */
    Future<Slice> after(StreamName stream, long after, Bounds bounds);

    /**
     * A part of a conversation in the inbox of one of its users: {@link DirectConversation.Order#AFTER} as entries were appended,
     * {@link DirectConversation.Order#BEFORE} with the latest state of each message. Entries of other conversations are not read.
     * A part goes on over holes: one {@code AFTER} a position has {@code gap} if the archive lacks an entry between the position
     * and the end of the part, since that might be of the conversation.
     */
    Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds);

    /** The message with this id, in the state that it has by the amendments of the archive. */
    Future<Optional<StoredMessage>> find(StreamName stream, String messageId);

    /** The messages at these places in their latest state, in any order. Places where the archive has no entry are left out. */
    default Future<List<LatestEntry>> messages(List<Place> places) {
        return Future.all(places.stream()
                        .map(place -> latest(place.stream(), place.seq() + 1, new Bounds(1, 1))
                                .map(slice -> slice.entries().stream()
                                        .filter(each -> each.entry().position().seq() == place.seq())
                                        .toList()))
                        .toList())
                .map(all -> all.<List<LatestEntry>>list().stream()
                        .flatMap(List::stream)
                        .toList());
    }

    /** Finds messages by their words; empty for an archive that has no index. */
    default Optional<MessageIndex> index() {
        return Optional.empty();
    }

    /**
     * Takes a deleted user out of some entries, of any stream, as {@link AuthorChange} says, until there are none. From now on it
     * does the same to what a feeder adds that it read before: so the streams come first, and then this.
     *
     * @param notAfter the latest store time of what a feeder adds: newer entries are of a later user of this id
     */
    Future<Disowned> erase(Erasure erasure, long notAfter);

    /**
     * Removes the entries of an inbox that the store has emptied. Its position is then the head that the inbox had without entries,
     * so that nothing comes back which a feeder read before; it stays where the store has no record of the inbox.
     *
     * @param head with seq 0 if there is no record
     * @param holds of what these cover a copy stays
     * @return how many entries were removed
     */
    Future<Long> clear(StreamName inbox, Position head, HoldReader holds);

    /** {@link #clear} where nothing is held. */
    default Future<Long> clear(StreamName inbox, Position head) {
        return clear(inbox, head, HoldReader.NONE);
    }

    /**
     * Sets what is kept of a stream, which each part that is added brings too. From then on no read returns what is beyond it,
     * also if more is kept later; {@link #expire} removes it. Does nothing for a stream of which the archive has nothing.
     *
     * @param hidden the highest seq that the stream hides, or 0: it has entries that the archive does not have yet
     * @param now the store time
     */
    Future<Void> retain(StreamName stream, StreamRetention retention, long hidden, long now);

    /**
     * Removes what is beyond the retention of its stream, in small steps, from the archive and all its indexes. It visits only
     * streams of which something is due, whatever the archive has.
     *
     * @param now the store time
     * @param holds read before each step: of what they cover a copy stays
     * @return how many entries were removed
     */
    Future<Long> expire(long now, HoldReader holds);

    /** {@link #expire} where nothing is held. */
    default Future<Long> expire(long now) {
        return expire(now, HoldReader.NONE);
    }

    /**
     * Some streams in the order of their names, with what is kept of each.
     *
     * @param after the stream behind which the list begins; empty for its beginning
     */
    Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most);

    /** The configuration by which the streams have their retention; empty before {@link #applied(String)}. */
    Future<String> applied();

    /** Notes that all streams have the retention of this configuration. */
    Future<Void> applied(String configuration);

    /**
     * Removes the oldest entries of all streams until the rest is within the archive's bound. Call it now and then: one that finds
     * nothing to remove costs little. This default is that of an archive without a bound.
     *
     * @param holds read before each step: of what they cover a copy stays, which does not count
     * @return how many entries were removed
     */
    default Future<Long> sweep(HoldReader holds) {
        return Future.succeededFuture(0L);
    }

    /** {@link #sweep} where nothing is held. */
    default Future<Long> sweep() {
        return sweep(HoldReader.NONE);
    }

    /** All that the archive has of a message, as it is stored: the message and its amendments. */
    Future<List<EntryRow>> rows(StreamName stream, String messageId);

    /** Keeps copies for as long as their holds. A copy that is there already stays as it is: it was made of an earlier state. */
    Future<Void> keep(List<HeldMessage> copies);

    /** The copies of a hold in the order of their places. At least one is returned where there is one. */
    Future<List<HeldMessage>> held(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds);

    /**
     * Removes some copies of a hold.
     *
     * @return how many; 0 at the end
     */
    Future<Long> release(PlacedHold hold);

    /** What the copies of all holds take: their bytes, or, where nothing counts these, the bytes of their table. */
    Future<Long> heldBytes();

    /**
     * Those of these holds for the sake of which a user must not be erased: of the user, of streams to which the user wrote what the
     * archive has, and those that have copies of what the user wrote.
     */
    Future<Set<Hold>> holding(UserId author, Holds holds);

    /**
     * Some files of messages that the archive has removed, or whose text it has replaced by that of a deletion: it notes them in
     * the same transaction, until they are {@link #filesTaken}. {@link NamedFiles} is the rule. What a failover lost, and what
     * goes with a user who is deleted, is not noted.
     */
    Future<List<RemovedFile>> removedFiles(int most);

    /** Forgets files that have been taken to where they end. May be repeated. */
    Future<Void> filesTaken(List<RemovedFile> files);

    /** What the archive had at the last {@link #sweep}. This default is that of an archive without a bound. */
    default ArchiveExtent extent() {
        return ArchiveExtent.NOTHING;
    }
}
