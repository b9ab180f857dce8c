package dev.portcullis.admin.users;

import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.MembershipNotices;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Deletes a user. Each step may be repeated, so a call that broke off is repeated as a whole. First what lets the user in,
 * then what others see of them, and last what the steps before find their way by: the lists of rooms, and the inbox that
 * names those whom the user wrote to.
 */
public final class UserDeletion {
    /** The author of what stays. No session can be opened as this user. */
    public static final UserId DELETED = new UserId("deleted");

    private static final Bounds PAGE = new Bounds(200, 1 << 20);

    private final UserStores stores;
    private final Memberships memberships;
    private final OwnUploads uploads;
    private final Revoker revoker;
    private final Supplier<Future<?>> cutOff;
    private final Consumer<StreamName> changed;
    private final MembershipNotices heirs;
    private final LongSupplier clock;

    /**
     * @param cutOff completes when nothing of a session that was ended before can be appended any more
     * @param changed tells all nodes that entries of a stream have changed where they are
     * @param heirs tells those who own rooms of the user from now on
     */
    public UserDeletion(
            UserStores stores,
            RoomLimits limits,
            Revoker revoker,
            Supplier<Future<?>> cutOff,
            Consumer<StreamName> changed,
            MembershipNotices heirs,
            LongSupplier clock) {
        this.stores = stores;
        this.memberships = new Memberships(stores, limits);
        this.uploads = new OwnUploads(stores.uploads());
        this.revoker = revoker;
        this.cutOff = cutOff;
        this.changed = changed;
        this.heirs = heirs;
        this.clock = clock;
    }

    /** Completes when nothing is left. A failed future means that a part may be left: then it is to be repeated. */
    public Future<Void> delete(UserId user) {
        return stores.accounts()
                .delete(user) // first, so that no token is issued behind the revocation
                .compose(any -> revoker.revoke(new Revocation.OfUser(user, clock.getAsLong())))
                .compose(any -> cutOff.get())
                .compose(any -> uploads.end(user, clock.getAsLong()))
                .compose(any -> stores.erasures().eachStream(stream -> disown(stream, user)))
                .compose(any -> correspondents(user, 0, new LinkedHashSet<>()))
                .compose(others -> inTurn(List.copyOf(others), 0, user))
                .compose(any -> memberships.end(user, heirs))
                .compose(any -> stores.erasures().clear(user))
                .onSuccess(any -> changed.accept(StreamName.inbox(user)));
    }

    private Future<?> disown(StreamName stream, UserId user) {
        return stores.erasures().disown(stream, user, DELETED).onSuccess(count -> {
            if (count > 0) {
                changed.accept(stream);
            }
        });
    }

    private Future<Void> inTurn(List<UserId> others, int next, UserId user) {
        return next == others.size()
                ? Future.succeededFuture()
                : disown(StreamName.inbox(others.get(next)), user).compose(any -> inTurn(others, next + 1, user));
    }

    /**
     * Those whom the user wrote to, as the copies in the user's own inbox name them. Their inboxes may be among those that
     * the store no longer finds by itself.
     */
    private Future<Set<UserId>> correspondents(UserId user, long after, Set<UserId> found) {
        return stores.streams().after(StreamName.inbox(user), after, PAGE).compose(slice -> {
            slice.entries().stream()
                    .flatMap(UserDeletion::users)
                    .filter(each -> !each.equals(user) && !UserId.isReserved(each.value()))
                    .forEach(found::add);
            return slice.entries().isEmpty()
                    ? Future.succeededFuture(found)
                    : correspondents(
                            user,
                            slice.entries()
                                    .get(slice.entries().size() - 1)
                                    .position()
                                    .seq(),
                            found);
        });
    }

    private static Stream<UserId> users(StreamEntry entry) {
        try {
            Object frame = Json.parseWithoutComments(new String(EntryFrame.frame(entry), StandardCharsets.UTF_8));
            return frame instanceof Map<?, ?> fields
                    ? Stream.of("userId", "recipientId")
                            .flatMap(name -> fields.get(name) instanceof String id && UserId.isValid(id)
                                    ? Stream.of(new UserId(id))
                                    : Stream.empty())
                    : Stream.empty();
        } catch (IOException otherRelease) {
            return Stream.empty();
        }
    }
}
