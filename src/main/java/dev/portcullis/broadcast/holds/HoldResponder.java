package dev.portcullis.broadcast.holds;

import dev.portcullis.archive.HeldCopies;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.holds.HeldPage.Copy;
import dev.portcullis.broadcast.holds.HoldAdministration.AskAgainst;
import dev.portcullis.broadcast.holds.HoldAdministration.HoldsAgainst;
import dev.portcullis.broadcast.holds.HoldAdministration.LiftHold;
import dev.portcullis.broadcast.holds.HoldAdministration.LiftedHold;
import dev.portcullis.broadcast.holds.HoldAdministration.PlaceHold;
import dev.portcullis.broadcast.holds.HoldAdministration.Placed;
import dev.portcullis.broadcast.holds.HoldAdministration.ReadHeld;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldPlacement;
import dev.portcullis.streams.holds.PlacedHold;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers operators' calls about holds. */
public final class HoldResponder implements BroadcastResponder {
    private final Optional<HeldCopies> archive;

    /** @param archive keeps the copies; empty where there is no archive, and so no hold */
    public HoldResponder(Optional<HeldCopies> archive) {
        this.archive = archive;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(
                bus.answer(HoldAdministration.LIST, instance, any -> list()),
                bus.answer(HoldAdministration.PLACE, instance, this::place),
                bus.answer(HoldAdministration.LIFT, instance, this::lift),
                bus.answer(HoldAdministration.READ, instance, this::read),
                bus.answer(HoldAdministration.AGAINST, instance, this::against));
    }

    private Future<HoldListing> list() {
        return ifKept(
                new HoldListing(List.of()),
                copies -> copies.holds()
                        .read()
                        .map(holds -> new HoldListing(holds.all().stream()
                                .sorted(Comparator.comparing(each -> each.hold().key()))
                                .toList())));
    }

    private Future<Placed> place(PlaceHold request) {
        return ifKept(
                new Placed(HoldPlacement.NO_ARCHIVE),
                copies -> copies.holds()
                        .place(request.hold(), request.by(), request.notAfter())
                        .map(Placed::new));
    }

    private Future<LiftedHold> lift(LiftHold request) {
        return ifKept(
                new LiftedHold(false),
                copies ->
                        copies.holds().lift(request.hold(), request.notAfter()).map(LiftedHold::new));
    }

    private Future<HeldPage> read(ReadHeld request) {
        return ifKept(
                HeldPage.NONE,
                copies -> copies.holds()
                        .read()
                        .compose(inForce -> inForce.of(request.hold())
                                .map(placed -> page(copies, placed, request))
                                .orElseGet(() -> Future.succeededFuture(HeldPage.NONE))));
    }

    /** A place that is none begins elsewhere, in the same hold. */
    private static Future<HeldPage> page(HeldCopies copies, PlacedHold hold, ReadHeld request) {
        Optional<HeldPlace> after = HeldPlace.decode(request.from());
        return copies.read(hold, after, new Bounds(request.limit(), BroadcastConfig.HISTORY_BYTES))
                .map(found -> new HeldPage(
                        true,
                        found.stream().map(HoldResponder::copy).toList(),
                        found.isEmpty()
                                ? ""
                                : found.get(found.size() - 1).place().encode()));
    }

    private static Copy copy(HeldMessage held) {
        StreamName stream = held.row().entry().stream();
        return new Copy(
                stream.roomId().map(RoomId::value).orElse(""),
                stream.isInbox() ? stream.inboxOwner().value() : "",
                held.row().stored(),
                EntryFrame.frame(held.row().entry()));
    }

    private Future<HoldsAgainst> against(AskAgainst request) {
        return ifKept(
                new HoldsAgainst(List.of()),
                copies -> copies.against(request.user(), request.ofInbox())
                        .map(found -> new HoldsAgainst(found.stream()
                                .sorted(Comparator.comparing(Hold::key))
                                .toList())));
    }

    private <T> Future<T> ifKept(T otherwise, Function<HeldCopies, Future<T>> then) {
        return archive.map(then).orElseGet(() -> Future.succeededFuture(otherwise));
    }
}
