package dev.portcullis.cluster.history;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks the deliveries to one client over its connections and rooms. */
final class ClientDeliveryCheck implements ClientEvent.Cases<ClientDeliveryCheck> {
    private final ObservedPositions positions;
    private final Findings findings;
    private final Map<String, RoomDeliveryCheck> rooms = new LinkedHashMap<>();
    private Moment now;

    private ClientDeliveryCheck(Moment first, ObservedPositions positions, Findings findings) {
        this.positions = positions;
        this.findings = findings;
        this.now = first;
    }

    static void check(List<Moment> moments, ObservedPositions positions, Findings findings) {
        Map<String, ClientDeliveryCheck> clients = new LinkedHashMap<>();
        for (Moment each : moments) {
            clients.computeIfAbsent(each.client(), any -> new ClientDeliveryCheck(each, positions, findings))
                    .apply(each);
        }
        clients.values().stream()
                .map(client -> client.rooms.values())
                .flatMap(Collection::stream)
                .forEach(RoomDeliveryCheck::end);
        checkAuthors(positions, findings);
    }

    /** No message of a removed user may be accepted. */
    private static void checkAuthors(ObservedPositions positions, Findings findings) {
        for (Observation each : positions.all()) {
            positions
                    .removalBefore(each.entry(), each.entry().author())
                    .ifPresent(removal -> findings.add(Fault.AFTER_REMOVAL, "accepted", removal, each));
        }
    }

    private void apply(Moment moment) {
        now = moment;
        moment.event().accept(this);
    }

    private RoomDeliveryCheck room(String room) {
        return rooms.computeIfAbsent(room, any -> new RoomDeliveryCheck(room, positions, findings));
    }

    private ClientDeliveryCheck leaveAll() {
        rooms.values().forEach(check -> check.left(now));
        return this;
    }

    @Override
    public ClientDeliveryCheck connected(ClientEvent.Connected event) {
        return leaveAll();
    }

    @Override
    public ClientDeliveryCheck disconnected(ClientEvent.Disconnected event) {
        return leaveAll();
    }

    @Override
    public ClientDeliveryCheck joined(ClientEvent.Joined event) {
        room(event.room()).joined(now, event);
        return this;
    }

    @Override
    public ClientDeliveryCheck left(ClientEvent.Left event) {
        room(event.room()).left(now);
        return this;
    }

    @Override
    public ClientDeliveryCheck historyRead(ClientEvent.HistoryRead event) {
        room(event.room()).read(now, event);
        return this;
    }

    @Override
    public ClientDeliveryCheck delivered(ClientEvent.Delivered event) {
        room(event.entry().room()).delivered(now, event.entry());
        return this;
    }

    @Override
    public ClientDeliveryCheck sent(ClientEvent.Sent event) {
        return this;
    }

    @Override
    public ClientDeliveryCheck acked(ClientEvent.Acked event) {
        return this;
    }

    @Override
    public ClientDeliveryCheck refused(ClientEvent.Refused event) {
        return this;
    }
}
