package dev.portcullis.rooms;

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
import java.util.Set;

/**
 * Pages of the rooms that a user may enter: those of the directory, then the public ones of the configuration, in which no
 * membership brought them up before.
 */
final class RoomCatalog {
    /** Begins the place of a page that ended among the rooms of the configuration. */
    private static final String CONFIGURED = "configured~";

    private final RoomDirectory directory;
    private final RoomStore rooms;
    private final Set<RoomId> open;
    private final List<RoomId> configured;
    private final int longest;

    RoomCatalog(RoomDirectory directory, RoomStore rooms, RoomsConfig config) {
        this.directory = directory;
        this.rooms = rooms;
        this.open = config.open();
        this.configured = open.stream()
                .sorted((one, other) -> one.value().compareTo(other.value()))
                .toList();
        this.longest = config.limits().page();
    }

    static boolean isPlace(String text) {
        return text.startsWith(CONFIGURED)
                ? inConfigured(text).isPresent()
                : RoomCursor.parse(text).isPresent();
    }

    /** @param after begins at the beginning where it is no place */
    Future<RoomPage> page(UserId viewer, Optional<String> after, int limit) {
        int most = Math.max(1, Math.min(limit, longest));
        Optional<String> place = after.flatMap(RoomCatalog::inConfigured);
        return place.map(from -> configured(viewer, from, most, new ArrayList<>()))
                .orElseGet(() -> directory
                        .list(viewer, after.flatMap(RoomCursor::parse), most)
                        .compose(page -> {
                            List<RoomView> found = new ArrayList<>(
                                    page.rooms().stream().map(this::view).toList());
                            return page.next().isPresent()
                                    ? Future.succeededFuture(
                                            new RoomPage(found, page.next().map(RoomCursor::text)))
                                    : configured(viewer, "", most - found.size(), found);
                        }));
    }

    private Future<RoomPage> configured(UserId viewer, String after, int left, List<RoomView> found) {
        List<RoomId> behind = configured.stream()
                .filter(room -> room.value().compareTo(after) > 0)
                .toList();
        List<RoomId> part = behind.subList(0, Math.min(left, behind.size()));
        return ChunkedCalls.run(part, room -> rooms.find(room, viewer)).map(facts -> {
            for (int i = 0; i < part.size(); i++) {
                if (!isListedElsewhere(facts.get(i))) {
                    found.add(RoomView.unrecorded(part.get(i), true, Optional.empty()));
                }
            }
            return new RoomPage(List.copyOf(found), next(after, part, behind));
        });
    }

    private static Optional<String> next(String after, List<RoomId> part, List<RoomId> behind) {
        if (part.size() == behind.size()) {
            return Optional.empty();
        }
        return Optional.of(
                CONFIGURED + (part.isEmpty() ? after : part.get(part.size() - 1).value()));
    }

    /** A user may have created a room before the configuration named it. */
    private static boolean isListedElsewhere(RoomFacts facts) {
        return facts.membership().isPresent()
                || facts.room()
                        .filter(room -> room.visibility() == Visibility.PUBLIC)
                        .isPresent();
    }

    private RoomView view(Listed listed) {
        return listed.room()
                .map(room -> RoomView.of(room, listed.membership()))
                .orElseGet(() -> RoomView.unrecorded(listed.id(), open.contains(listed.id()), listed.membership()));
    }

    private static Optional<String> inConfigured(String text) {
        return Optional.of(text)
                .filter(place -> place.startsWith(CONFIGURED))
                .map(place -> place.substring(CONFIGURED.length()))
                .filter(room -> room.isEmpty() || RoomId.isValid(room));
    }
}
