package dev.portcullis.edge.connection;

import dev.portcullis.auth.session.Session;
import dev.portcullis.inventory.FirstRows;
import dev.portcullis.inventory.InventoryQuery;
import dev.portcullis.inventory.InventoryQuery.Filter;
import dev.portcullis.inventory.InventoryQuery.Kind;
import dev.portcullis.inventory.InventoryReply;
import dev.portcullis.inventory.InventoryRow;
import dev.portcullis.inventory.InventoryRow.ConnectionFacts;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells operators which rooms, users and connections this event loop has. Used on its event loop only. It works in slices, so that
 * frames do not wait for it, and keeps no more of a connection than its row.
 */
public final class LoopInventory {
    private final ConnectionRegistry registry;
    private final LoopSubscribers subscribers;
    private final LoopSlices slices;
    private final LongSupplier clock;

    /**
     * @param loop the event loop
     * @param clock the time in milliseconds
     */
    public LoopInventory(ConnectionRegistry registry, LoopSubscribers subscribers, Executor loop, LongSupplier clock) {
        this.registry = registry;
        this.subscribers = subscribers;
        this.slices = new LoopSlices(loop);
        this.clock = clock;
    }

    public Future<InventoryReply> answer(InventoryQuery query) {
        return switch (query.kind()) {
            case CONNECTIONS -> connections(query);
            case USERS -> users(query);
            case ROOMS -> rooms(query);
        };
    }

    private Future<InventoryReply> connections(InventoryQuery query) {
        FirstRows first = new FirstRows(query);
        return visit(query, row -> {
                    if (isWanted(query.filter(), row)) {
                        first.add(row);
                    }
                })
                .map(any -> first.reply());
    }

    private Future<InventoryReply> users(InventoryQuery query) {
        Map<String, InventoryRow> byUser = new HashMap<>();
        return visit(query, row -> {
                    InventoryRow user = row.ofUser();
                    if (user.key().startsWith(query.filter().prefix())) {
                        byUser.merge(user.key(), user, InventoryRow::plus);
                    }
                })
                .compose(any -> first(query, List.copyOf(byUser.values())));
    }

    private Future<InventoryReply> rooms(InventoryQuery query) {
        Filter filter = query.filter();
        if (filter.user().isEmpty()) {
            FirstRows first = new FirstRows(query);
            return sliced(
                            streams(filter),
                            stream -> stream.roomId()
                                    .map(room -> InventoryRow.ofRoom(room.value(), subscribers.count(stream)))
                                    .filter(row -> row.connections() > 0)
                                    .ifPresent(first::add))
                    .map(any -> first.reply());
        }
        Map<String, InventoryRow> byRoom = new HashMap<>();
        filter.user().stream()
                .flatMap(user -> ofUser(user).stream())
                .flatMap(connection -> connection.subscriptions().rooms().stream())
                .map(RoomId::value)
                .filter(room -> room.startsWith(filter.prefix()))
                .filter(room -> filter.keys().isEmpty() || filter.keys().contains(room))
                .forEach(room -> byRoom.merge(room, InventoryRow.ofRoom(room, 1), InventoryRow::plus));
        return first(query, List.copyOf(byRoom.values()));
    }

    private List<StreamName> streams(Filter filter) {
        return filter.keys().isEmpty()
                ? subscribers.rooms(filter.prefix())
                : filter.keys().stream()
                        .filter(RoomId::isValid)
                        .map(room -> StreamName.room(new RoomId(room)))
                        .toList();
    }

    private Future<InventoryReply> first(InventoryQuery query, List<InventoryRow> rows) {
        FirstRows first = new FirstRows(query);
        return sliced(rows, first::add).map(any -> first.reply());
    }

    /** Shows the rows of the connections that the question may be about. */
    private Future<Void> visit(InventoryQuery query, Consumer<InventoryRow> step) {
        Filter filter = query.filter();
        return candidates(query, connection -> {
            if (!connection.isClosing()
                    && filter.room()
                            .filter(room -> !connection.subscriptions().isIn(room))
                            .isEmpty()) {
                connection
                        .identified()
                        .filter(session -> filter.user()
                                .filter(user -> !user.equals(session.sender().userId()))
                                .isEmpty())
                        .ifPresent(session -> step.accept(row(connection, session)));
            }
        });
    }

    private <T> Future<Void> sliced(List<T> all, Consumer<T> step) {
        Promise<Void> done = Promise.promise();
        slices.each(all, step, done::complete);
        return done.future();
    }

    /** As few as the question allows. */
    private Future<Void> candidates(InventoryQuery query, Consumer<Connection> step) {
        Filter filter = query.filter();
        if (query.kind() == Kind.USERS && !filter.keys().isEmpty()) {
            return sliced(
                    filter.keys().stream().filter(UserId::isValid).toList(),
                    user -> ofUser(new UserId(user)).forEach(step));
        }
        return filter.user()
                .map(user -> sliced(ofUser(user), step))
                .or(() -> filter.room()
                        .map(room -> sliced(
                                subscribers.recipients(room),
                                recipient -> recipient
                                        .identified()
                                        .ifPresent(session ->
                                                registry.find(session.id()).ifPresent(step)))))
                .orElseGet(() -> sliced(List.copyOf(registry.all()), step));
    }

    private List<Connection> ofUser(UserId user) {
        return registry.find(ConnectionKey.user(user));
    }

    private static boolean isWanted(Filter filter, InventoryRow row) {
        return row.connection()
                .filter(facts -> facts.user().value().startsWith(filter.prefix())
                        || facts.ip().startsWith(filter.prefix()))
                .isPresent();
    }

    private InventoryRow row(Connection connection, Session session) {
        return new InventoryRow(
                session.id(),
                1,
                connection.subscriptions().count(),
                connection.transport().waitingBytes(),
                connection.client().connectedAt(),
                Optional.of(new ConnectionFacts(
                        session.sender().userId(),
                        session.sender().role(),
                        session.owner().node(),
                        connection.client().address(),
                        connection.transport().kind().id(),
                        clock.getAsLong() - connection.frameIdleMs())));
    }
}
