package dev.portcullis.admin;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.inventory.Inventory;
import dev.portcullis.inventory.InventoryColumn;
import dev.portcullis.inventory.InventoryPage;
import dev.portcullis.inventory.InventoryPage.Held;
import dev.portcullis.inventory.InventoryQuery;
import dev.portcullis.inventory.InventoryQuery.Filter;
import dev.portcullis.inventory.InventoryQuery.Kind;
import dev.portcullis.inventory.InventoryRow;
import dev.portcullis.inventory.InventoryRow.ConnectionFacts;
import dev.portcullis.inventory.RowOrder;
import dev.portcullis.inventory.RowPlace;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.BanList;
import dev.portcullis.resilience.ChunkedCalls;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Lists the rooms, users and connections of all nodes, a page at a time. */
final class InventoryOperations {
    private static final long PAGE = 50;

    /** Each page is asked of every event loop of the cluster, so a node has only a few of them under way (CWE-770). */
    private static final int PAGES_AT_ONCE = 8;

    private static final long PAGE_MS = 1_000;

    private final Inventory inventory;
    private final ServerDirectory.Rooms rooms;
    private final BanDirectory bans;
    private final LongSupplier clock;
    private int underWay;

    /** Makes a page into the answer. */
    private interface Answer {
        Future<List<Map<String, Object>>> rows(List<Held> rows);
    }

    InventoryOperations(Inventory inventory, ServerDirectory.Rooms rooms, BanDirectory bans, LongSupplier clock) {
        this.inventory = inventory;
        this.rooms = rooms;
        this.bans = bans;
        this.clock = clock;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("listOpenRooms", call -> list(call, Kind.ROOMS, "rooms", this::rooms))
                .bind("listOpenUsers", call -> list(call, Kind.USERS, "users", this::users))
                .bind("listConnections", call -> list(call, Kind.CONNECTIONS, "connections", this::connections));
    }

    private void list(OperatorCall call, Kind kind, String name, Answer answer) {
        if (underWay >= PAGES_AT_ONCE) {
            call.refuseFor(PAGE_MS);
            return;
        }
        ApiRequest request = call.request();
        String cursor = PageCursor.of(request);
        RowOrder order = order(request);
        Optional<RowPlace> after = order.parse(cursor);
        if (after.isEmpty() && !cursor.isEmpty()) { // the first page again would let a program go round for ever
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/after", "format")));
            return;
        }
        InventoryQuery query =
                query(kind, request, order, after); // before it counts: what fails here would count for good
        underWay++;
        Future<Map<String, Object>> answered = inventory
                .page(query, request.textIn("node"))
                .compose(page -> answer.rows(page.rows()).map(rows -> fields(name, rows, page, order)))
                .eventually(() -> {
                    underWay--;
                    return Future.succeededFuture();
                });
        call.then(answered, call::send);
    }

    private static RowOrder order(ApiRequest request) {
        return new RowOrder(
                request.textIn("sort").flatMap(InventoryColumn::of).orElse(InventoryColumn.NAME),
                request.textIn("order").filter("descending"::equals).isPresent());
    }

    private static InventoryQuery query(Kind kind, ApiRequest request, RowOrder order, Optional<RowPlace> after) {
        return new InventoryQuery(
                kind,
                new Filter(
                        request.textIn("prefix").orElse(""),
                        request.textIn("userId").map(UserId::new),
                        request.textIn("roomId").map(RoomId::new),
                        Set.of()),
                order,
                after,
                request.numberIn("limit").orElse(PAGE).intValue());
    }

    private static Map<String, Object> fields(
            String name, List<Map<String, Object>> rows, InventoryPage page, RowOrder order) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(name, rows);
        PageCursor.put(fields, page.next().map(order::cursor).orElse(""));
        fields.put("cut", page.cut());
        fields.put("missing", page.missing());
        return fields;
    }

    /** What is known of a room beside its connections is asked for the rows of the page only. */
    private Future<List<Map<String, Object>>> rooms(List<Held> rows) {
        return ChunkedCalls.run(
                rows, held -> rooms.summary(new RoomId(held.row().key())).map(summary -> room(held, summary)));
    }

    private static Map<String, Object> room(Held held, RoomSummary summary) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", held.row().key());
        summary.name().ifPresent(name -> fields.put("name", name));
        summary.visibility().ifPresent(visibility -> fields.put("visibility", visibility.id()));
        summary.seq().ifPresent(seq -> fields.put("seq", seq));
        summary.present().ifPresent(present -> fields.put("present", present));
        putSums(fields, held);
        return fields;
    }

    /** Where the store does not tell its bans, no row says whether its user is banned. */
    private Future<List<Map<String, Object>>> users(List<Held> rows) {
        return bans.inForce()
                .map(Optional::of)
                .otherwise(Optional.empty())
                .map(known -> rows.stream().map(held -> user(held, known)).toList());
    }

    private Map<String, Object> user(Held held, Optional<BanList> inForce) {
        InventoryRow row = held.row();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", row.key());
        putSums(fields, held);
        fields.put("rooms", row.rooms());
        fields.put("waitingBytes", row.waitingBytes());
        fields.put("connectedAt", row.connectedAt());
        inForce.ifPresent(list -> fields.put(
                "banned", list.ofUser(new UserId(row.key()), clock.getAsLong()).isPresent()));
        return fields;
    }

    private Future<List<Map<String, Object>>> connections(List<Held> rows) {
        List<Map<String, Object>> shown = new ArrayList<>();
        rows.forEach(held -> held.row().connection().ifPresent(facts -> shown.add(connection(held.row(), facts))));
        return Future.succeededFuture(shown);
    }

    private static Map<String, Object> connection(InventoryRow row, ConnectionFacts facts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sessionId", row.key());
        fields.put("userId", facts.user().value());
        fields.put("role", facts.role().id());
        fields.put("node", facts.node());
        fields.put("ip", facts.ip());
        fields.put("transport", facts.transport());
        fields.put("rooms", row.rooms());
        fields.put("waitingBytes", row.waitingBytes());
        fields.put("connectedAt", row.connectedAt());
        fields.put("lastActivityAt", facts.activeAt());
        return fields;
    }

    private static void putSums(Map<String, Object> fields, Held held) {
        fields.put("connections", held.row().connections());
        fields.put("nodes", held.nodes());
    }
}
