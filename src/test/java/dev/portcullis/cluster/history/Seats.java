package dev.portcullis.cluster.history;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows one client through its connections and rooms. */
final class Seats implements ClientEvent.Cases<Seats> {
    private final Places places;
    private final Findings findings;
    private final Map<String, Seat> rooms = new LinkedHashMap<>();
    private Moment now;

    private Seats(Moment first, Places places, Findings findings) {
        this.places = places;
        this.findings = findings;
        this.now = first;
    }

    static void check(List<Moment> moments, Places places, Findings findings) {
        Map<String, Seats> clients = new LinkedHashMap<>();
        for (Moment each : moments) {
            clients.computeIfAbsent(each.client(), any -> new Seats(each, places, findings))
                    .pass(each);
        }
        clients.values().stream()
                .map(client -> client.rooms.values())
                .flatMap(Collection::stream)
                .forEach(Seat::end);
        checkSilence(places, findings);
    }

    /** Who was removed says nothing more. */
    private static void checkSilence(Places places, Findings findings) {
        for (Observation each : places.all()) {
            places.removalBefore(each.entry(), each.entry().author())
                    .ifPresent(removal -> findings.add(Fault.AFTER_REMOVAL, "accepted", removal, each));
        }
    }

    private void pass(Moment moment) {
        now = moment;
        moment.event().accept(this);
    }

    private Seat in(String room) {
        return rooms.computeIfAbsent(room, any -> new Seat(room, places, findings));
    }

    private Seats outOfAll() {
        rooms.values().forEach(seat -> seat.left(now));
        return this;
    }

    @Override
    public Seats opened(ClientEvent.Opened deed) {
        return outOfAll();
    }

    @Override
    public Seats cut(ClientEvent.Cut deed) {
        return outOfAll();
    }

    @Override
    public Seats joined(ClientEvent.Joined deed) {
        in(deed.room()).joined(now, deed);
        return this;
    }

    @Override
    public Seats left(ClientEvent.Left deed) {
        in(deed.room()).left(now);
        return this;
    }

    @Override
    public Seats read(ClientEvent.Read deed) {
        in(deed.room()).read(now, deed);
        return this;
    }

    @Override
    public Seats heard(ClientEvent.Heard deed) {
        in(deed.entry().room()).heard(now, deed.entry());
        return this;
    }

    @Override
    public Seats sent(ClientEvent.Sent deed) {
        return this;
    }

    @Override
    public Seats acked(ClientEvent.Acked deed) {
        return this;
    }

    @Override
    public Seats refused(ClientEvent.Refused deed) {
        return this;
    }
}
