package dev.portcullis.admin;

import dev.portcullis.audit.EventName;
import dev.portcullis.broadcast.holds.HeldPage;
import dev.portcullis.broadcast.holds.HoldAdministration;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.PlacedHold;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Places, lifts and lists holds, and shows what they have kept. Each call is an audit event that says who made it. */
final class HoldOperations {
    private static final int CREATED = 201;
    private static final int SHOWN = 100;

    private final HoldAdministration holds;

    HoldOperations(HoldAdministration holds) {
        this.holds = holds;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("listHolds", this::list)
                .bind("placeHold", call -> ifHold(call, hold -> place(call, hold)))
                .bind("liftHold", call -> ifHold(call, hold -> lift(call, hold)))
                .bind("readHeld", call -> ifHold(call, hold -> read(call, hold)));
    }

    /** What a refusal says of the holds that are its reason. */
    static List<Violation> violations(List<Hold> held) {
        return held.stream()
                .limit(SHOWN)
                .map(hold -> new Violation('/' + hold.kind() + '/' + hold.id(), "held"))
                .toList();
    }

    private static void ifHold(OperatorCall call, Consumer<Hold> then) {
        ApiRequest request = call.request();
        call.ifFound(Hold.of(request.text("kind"), request.text("id")), then);
    }

    private void list(OperatorCall call) {
        call.then(holds.list(), all -> {
            call.record(call.event(EventName.ADMIN_HOLDS_LISTED));
            call.send(Map.of("holds", all.stream().map(HoldOperations::fields).toList()));
        });
    }

    private static Map<String, Object> fields(PlacedHold placed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", placed.hold().kind());
        fields.put("id", placed.hold().id());
        fields.put("since", placed.since());
        fields.put("by", placed.by());
        return fields;
    }

    /** Answers only when the store has it: an operator who sees 201 or 204 may rely on it. */
    private void place(OperatorCall call, Hold hold) {
        call.then(holds.place(hold, call.request().caller(Operator.class).id()), placement -> {
            switch (placement) {
                case NEW -> {
                    call.record(call.event(EventName.ADMIN_HOLD_PLACED).resource(hold.key()));
                    call.send(CREATED, Map.of("kind", hold.kind(), "id", hold.id()));
                }
                case IN_FORCE ->
                    call.done(call.event(EventName.ADMIN_HOLD_PLACED).resource(hold.key()));
                case FULL -> call.request().refuse(HttpRefusal.CONFLICT, List.of(new Violation("", "maxItems")));
                case NO_ARCHIVE -> call.request().refuse(HttpRefusal.NO_ARCHIVE);
            }
        });
    }

    private void lift(OperatorCall call, Hold hold) {
        call.done(holds.lift(hold), call.event(EventName.ADMIN_HOLD_LIFTED).resource(hold.key()));
    }

    private void read(OperatorCall call, Hold hold) {
        int limit = call.request().numberIn("limit").map(Math::toIntExact).orElse(SHOWN);
        call.then(
                holds.read(hold, PageCursor.of(call.request()), limit),
                page -> call.ifFound(Optional.of(page).filter(HeldPage::inForce), found -> {
                    call.record(call.event(EventName.ADMIN_HELD_READ).resource(hold.key()));
                    call.send(json(found));
                }));
    }

    /** The frames are sent as they were stored: JSON that this server wrote. */
    private static Buffer json(HeldPage page) {
        Buffer json = Buffer.buffer("{\"messages\":[");
        String separator = "";
        for (HeldPage.Copy copy : page.copies()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("storedAt", copy.storedAt());
            if (copy.room().isEmpty()) {
                fields.put("inboxOf", copy.owner());
            } else {
                fields.put("roomId", copy.room());
            }
            String head = Json.write(fields);
            json.appendString(separator)
                    .appendString(head.substring(0, head.length() - 1))
                    .appendString(",\"frame\":")
                    .appendBytes(copy.frame())
                    .appendString("}");
            separator = ",";
        }
        json.appendString("]");
        Map<String, Object> end = new LinkedHashMap<>();
        PageCursor.put(end, page.next());
        return json.appendString(end.isEmpty() ? "}" : "," + Json.write(end).substring(1));
    }
}
