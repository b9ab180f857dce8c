package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomCursor;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomListing.Listed;
import dev.portcullis.rooms.directory.RoomStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pages of the rooms that a user may enter: their own rooms of the directory, the public rooms of the configuration, and the
 * public rooms of the directory. Rooms that strangers create come last, so that they hide none of the operator's.
 */
final class RoomCatalog {
    /** The prefix of a page's end among the rooms of the configuration. */
    private static final String CONFIGURED = "configured~";

    private final RoomDirectory directory;
    private final RoomStore rooms;
    private final Live<RoomsConfig> config;
    private final int longest;

    RoomCatalog(RoomDirectory directory, RoomStore rooms, Live<RoomsConfig> config) {
        this.directory = directory;
        this.rooms = rooms;
        this.config = config;
        this.longest = config.get().limits().page();
    }

    static boolean isPlace(String text) {
        return text.startsWith(CONFIGURED)
                ? inConfigured(text).isPresent()
                : RoomCursor.parse(text).isPresent();
    }

    /** @param after the end of an earlier page; a text that is none begins at the beginning */
    Future<RoomPage> page(UserId viewer, Optional<String> after, int limit) {
        int most = Math.max(1, Math.min(limit, longest));
        return after.flatMap(RoomCatalog::inConfigured)
                .map(place -> configured(viewer, place, most, new ArrayList<>()))
                .orElseGet(() -> listed(viewer, after.flatMap(RoomCursor::parse), most, new ArrayList<>()));
    }

    private Future<RoomPage> listed(UserId viewer, Optional<RoomCursor> after, int left, List<RoomView> found) {
        return directory.list(viewer, after, left).compose(page -> {
            page.rooms().stream().map(this::view).forEach(found::add);
            return page.next().filter(RoomCursor.PUBLIC::equals).isPresent()
                    ? configured(viewer, "", left - page.rooms().size(), found)
                    : Future.succeededFuture(
                            new RoomPage(List.copyOf(found), page.next().map(RoomCursor::text)));
        });
    }

    private Future<RoomPage> configured(UserId viewer, String after, int left, List<RoomView> found) {
        List<RoomId> behind = config.get().open().stream()
                .filter(room -> room.value().compareTo(after) > 0)
                .sorted((one, other) -> one.value().compareTo(other.value()))
                .toList();
        List<RoomId> part = behind.subList(0, Math.min(left, behind.size()));
        return ChunkedCalls.run(part, room -> rooms.find(room, viewer)).compose(facts -> {
            for (int i = 0; i < part.size(); i++) {
                if (!isListedElsewhere(facts.get(i))) {
                    found.add(RoomView.unrecorded(part.get(i), true, Optional.empty()));
                }
            }
            if (left > part.size()) {
                return listed(viewer, Optional.of(RoomCursor.PUBLIC), left - part.size(), found);
            }
            String last = part.isEmpty() ? after : part.get(part.size() - 1).value();
            return Future.succeededFuture(new RoomPage(List.copyOf(found), Optional.of(CONFIGURED + last)));
        });
    }

    /** Whether the directory lists the room too. A user may have created it before the configuration named it. */
    private static boolean isListedElsewhere(RoomFacts facts) {
        return facts.membership().isPresent()
                || facts.room()
                        .filter(room -> room.visibility() == Visibility.PUBLIC)
                        .isPresent();
    }

    private RoomView view(Listed listed) {
        return listed.room()
                .map(room -> RoomView.of(room, listed.membership()))
                .orElseGet(() -> RoomView.unrecorded(
                        listed.id(), config.get().open().contains(listed.id()), listed.membership()));
    }

    private static Optional<String> inConfigured(String text) {
        return Optional.of(text)
                .filter(place -> place.startsWith(CONFIGURED))
                .map(place -> place.substring(CONFIGURED.length()))
                .filter(room -> room.isEmpty() || RoomId.isValid(room));
    }
}
