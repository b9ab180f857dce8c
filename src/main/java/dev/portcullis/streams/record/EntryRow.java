package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.GapEntry;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.Arrays;
import java.util.Optional;

/**
 * An entry as a row of the store. Entries that can't be amended have version 1, messages and amendments version 2. The Lua
 * scripts know both.
 *
 * @param stored the store time, never lower than that of the entry before; the entry's timestamp is of the author's node
 * @param amendment the seq of the newest amendment of a message, in an amendment of one before it, so that all amendments of a
 * message are a chain from the newest to the oldest; 0 at its end
 * @param message the id and author of a message; for an amendment the id of the message, and the user who amended it
 */
public record EntryRow(long stored, StreamEntry entry, EntryState state, long amendment, Optional<Message> message) {
    private static final byte MESSAGE_VERSION = 2;

    /** The row of a new entry. */
    public static EntryRow of(long stored, StreamEntry entry, AppendRequest append) {
        return new EntryRow(stored, entry, append.state(), amendmentBefore(append), append.message());
    }

    /** The row of a message as it was read, but for the rest of its body. */
    public static EntryRow of(StoredMessage read) {
        return new EntryRow(
                read.stored(),
                read.entry(),
                read.state(),
                read.amendedBy(),
                Optional.of(new Message(read.id(), read.author())));
    }

    public byte[] encode() {
        return upToBody().end(entry.body());
    }

    /**
     * The row up to its body. A row that begins with it is the same one, and was not changed since: the body of an entry changes
     * with its author alone.
     */
    public byte[] head() {
        return upToBody().end();
    }

    /** How many bytes the row has. */
    public int length() {
        return head().length + entry.body().length;
    }

    /** The beginning of the row of this message once an amendment is stored, up to the seq of the amendment. */
    public byte[] amendedUpToSeq(EntryState becomes) {
        return upToTime().octet(becomes.code()).end();
    }

    private RowWriter upToBody() {
        return putRest(upToTime(), state, amendment, entry.timestamp(), entry.bars(), message);
    }

    private RowWriter upToTime() {
        return RowWriter.version(version(message), 128)
                .text(entry.position().epoch())
                .number(stored);
    }

    /** The version of a row. It is sent apart from the rest, since the parts that the position decides stand between the two. */
    public static byte[] version(AppendRequest append) {
        return new byte[] {version(append.message())};
    }

    /** The part of a row that is known before its position: everything behind the store time. */
    public static byte[] withoutPosition(AppendRequest append) {
        return putRest(
                        RowWriter.part(96),
                        append.state(),
                        amendmentBefore(append),
                        append.timestamp(),
                        append.ended(),
                        append.message())
                .end(append.body());
    }

    /** The amendment that stands in the message's row until this append replaces it. */
    private static long amendmentBefore(AppendRequest append) {
        return append.change()
                .flatMap(MessageChange::message)
                .map(StoredMessage::amendedBy)
                .orElse(0L);
    }

    private static byte version(Optional<Message> message) {
        return message.isPresent() ? MESSAGE_VERSION : RowWriter.VERSION;
    }

    private static RowWriter putRest(
            RowWriter row,
            EntryState state,
            long amendment,
            long timestamp,
            Optional<UserId> bars,
            Optional<Message> message) {
        if (message.isPresent()) {
            row.octet(state.code()).number(amendment);
        }
        row.number(timestamp).text(bars.map(UserId::value).orElse(""));
        message.ifPresent(of -> row.text(of.author().value()).text(of.id()));
        return row;
    }

    public static EntryRow decode(StreamName stream, long seq, byte[] value) {
        RowReader row = new RowReader(value, MESSAGE_VERSION);
        boolean ofMessage = row.version() == MESSAGE_VERSION;
        Position position = new Position(row.text(), seq);
        long stored = row.number();
        EntryState state = ofMessage ? state(row.octet()) : EntryState.PLAIN;
        long amendment = ofMessage ? row.number() : 0;
        long timestamp = row.number();
        Optional<UserId> bars =
                Optional.of(row.text()).filter(user -> !user.isEmpty()).map(UserId::new);
        Optional<UserId> author = ofMessage ? Optional.of(new UserId(row.text())) : Optional.empty();
        Optional<Message> message = author.map(user -> new Message(row.text(), user));
        return new EntryRow(
                stored, new StreamEntry(stream, position, timestamp, row.rest(), bars, 0), state, amendment, message);
    }

    /** The seq of the message's newest amendment; 0 for what is no message, or was not amended. */
    public long amendedBy() {
        return state.isMessage() ? amendment : 0;
    }

    public LatestEntry latest(Optional<StreamEntry> amendment) {
        return new LatestEntry(entry, state, amendment);
    }

    /** Whether this is the message with this id. */
    public boolean isMessage(String id) {
        return state.isMessage() && message.filter(of -> of.id().equals(id)).isPresent();
    }

    /**
     * This row as the message that was searched.
     *
     * @param elsewhere the place of its newest edit in another stream
     */
    public StoredMessage asMessage(int edits, Optional<Position> elsewhere) {
        Message of = message.orElseThrow();
        byte[] body = entry.body();
        StreamEntry found = new StreamEntry(
                entry.stream(),
                entry.position(),
                entry.timestamp(),
                Arrays.copyOf(body, Math.min(body.length, StoredMessage.BODY_BYTES)),
                entry.bars(),
                entry.laneSeq());
        return new StoredMessage(
                found, of.id(), of.author(), state, stored, amendedBy(), edits, elsewhere, Optional.empty());
    }

    /** The row of this message once the amendment is stored. */
    public EntryRow amended(EntryState becomes, long by) {
        return new EntryRow(stored, entry, becomes, by, message);
    }

    /** This row with another body, such as that of the deletion in place of the text that it deletes. */
    public EntryRow saying(byte[] body) {
        return new EntryRow(stored, entry.saying(body), state, amendment, message);
    }

    /**
     * The row that stays in place of this one. It still names the author, so that their backlog ends with it, and the amendment
     * before it.
     */
    public EntryRow trimmed() {
        return new EntryRow(
                stored,
                new StreamEntry(entry.stream(), entry.position(), entry.timestamp(), GapEntry.body()),
                EntryState.TRIMMED,
                state == EntryState.AMENDMENT ? amendment : 0,
                Optional.of(new Message(
                        "",
                        message.map(Message::author)
                                .orElseGet(() -> entry.stream().inboxOwner()))));
    }

    /** Whether this row stands for an entry that was trimmed before it was delivered. */
    public boolean isGap() {
        return state == EntryState.TRIMMED;
    }

    /** This row of another author. */
    EntryRow by(UserId author) {
        return new EntryRow(stored, entry, state, amendment, message.map(of -> new Message(of.id(), author)));
    }

    /** Whether this row names this user as the author. */
    public boolean isOf(UserId user) {
        return message.filter(of -> of.author().equals(user)).isPresent();
    }

    /** The row that has the entry of an inbox in its conversation. */
    public Optional<RowKey> conversationRow() {
        return correspondent()
                .map(user -> new Conversations(entry.stream())
                        .row(user, entry.position().seq()));
    }

    /**
     * The other user of the conversation that the entry is part of; empty outside of inboxes. The gap of a trimmed entry names only
     * its sender.
     */
    public Optional<UserId> correspondent() {
        StreamName inbox = entry.stream();
        if (!inbox.isInbox()) {
            return Optional.empty();
        }
        return isGap()
                ? message.map(Message::author).filter(author -> !author.equals(inbox.inboxOwner()))
                : DirectConversation.of(entry).map(DirectConversation::other);
    }

    private static EntryState state(int code) {
        for (EntryState state : EntryState.values()) {
            if (state.code() == code) {
                return state;
            }
        }
        throw new StoreFailure("an entry has a state of another release");
    }
}
