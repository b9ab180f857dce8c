package dev.portcullis.streams.holds;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The holds that are in force, and the rule of what they cover: a room's hold each entry of the room, a user's hold each entry of
 * the user's inbox, and what the user wrote to rooms and to the inboxes of others.
 */
public final class Holds {
    public static final Holds NONE = new Holds(List.of());

    private final Map<Hold, PlacedHold> inForce = new LinkedHashMap<>();
    private final Map<StreamName, PlacedHold> ofStreams = new LinkedHashMap<>();
    private final Map<UserId, PlacedHold> ofUsers = new LinkedHashMap<>();

    public Holds(Collection<PlacedHold> placed) {
        for (PlacedHold each : placed) {
            inForce.put(each.hold(), each);
            ofStreams.put(each.hold().stream(), each);
            if (each.hold() instanceof Hold.OfUser of) {
                ofUsers.put(of.user(), each);
            }
        }
    }

    public boolean isEmpty() {
        return inForce.isEmpty();
    }

    public List<PlacedHold> all() {
        return List.copyOf(inForce.values());
    }

    public Optional<PlacedHold> of(Hold hold) {
        return Optional.ofNullable(inForce.get(hold));
    }

    /** Whether entries of this stream may be covered. A user of whom there is a hold may have written to any. */
    public boolean mayCover(StreamName stream) {
        return !ofUsers.isEmpty() || ofStreams.containsKey(stream);
    }

    /** The holds that cover what this user wrote to this stream. */
    public List<PlacedHold> covering(StreamName stream, UserId author) {
        return covering(stream, Optional.of(author));
    }

    private List<PlacedHold> covering(StreamName stream, Optional<UserId> author) {
        List<PlacedHold> found = new ArrayList<>();
        Optional.ofNullable(ofStreams.get(stream)).ifPresent(found::add);
        author.flatMap(user -> Optional.ofNullable(ofUsers.get(user)))
                .filter(hold -> !found.contains(hold))
                .ifPresent(found::add);
        return found;
    }

    /** The copies of these entries that have to be kept, one for each hold that covers an entry. */
    public List<HeldMessage> copies(Collection<EntryRow> rows) {
        if (isEmpty()) {
            return List.of();
        }
        List<HeldMessage> copies = new ArrayList<>();
        for (EntryRow row : rows) {
            if (!row.isGap()) {
                covering(row.entry().stream(), row.message().map(Message::author))
                        .forEach(hold -> copies.add(new HeldMessage(hold, row)));
            }
        }
        return copies;
    }
}
