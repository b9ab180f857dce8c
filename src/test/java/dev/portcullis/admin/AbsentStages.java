package dev.portcullis.admin;

import dev.portcullis.admin.node.NodeFacts;
import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.admin.users.DeletionReport;
import dev.portcullis.admin.users.KeptMessages;
import dev.portcullis.audit.chain.AuditTrail.ChainPlace;
import dev.portcullis.audit.metrics.MeterValues;
import dev.portcullis.auth.invitation.AccountInvitationStore.Kept;
import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.streams.holds.Hold;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What an operators' listener has of a node in which no stage answers. */
final class AbsentStages {
    static final ServerDirectory.Rooms ROOMS = new ServerDirectory.Rooms() {
        @Override
        public Future<RoomOutcome> read(RoomId room, Optional<UserId> after) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<Position> head(RoomId room) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomConnections.Total> connections(RoomId room) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<PresenceAnswer> presence(RoomId room, Optional<UserId> after) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomSummary> summary(RoomId room) {
            return Future.succeededFuture(RoomSummary.UNKNOWN);
        }

        @Override
        public Future<RoomOutcome> put(RoomId room, UserId user, RoomRole role) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomOutcome> remove(RoomId room, UserId user) {
            return Future.failedFuture("no stage answers");
        }
    };
    static final ServerDirectory.Users USERS = new ServerDirectory.Users() {
        @Override
        public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
            return Future.failedFuture("the store does not answer");
        }

        @Override
        public Future<List<Hold>> heldBy(UserId user, KeptMessages messages) {
            return user.value().equals("hal")
                    ? Future.succeededFuture(List.of(new Hold.OfUser(user)))
                    : Future.succeededFuture(List.of());
        }

        @Override
        public Optional<Future<DeletionReport>> delete(UserId user, KeptMessages messages) {
            return switch (user.value()) {
                case "one-too-many" -> Optional.empty();
                case "leo" ->
                    Optional.of(Future.succeededFuture(
                            new DeletionReport(messages, 1, 2, Map.of(DeletionReport.Kind.ENTRIES, 7L))));
                default -> Optional.of(Future.failedFuture("the store does not answer"));
            };
        }

        @Override
        public Optional<ChainPlace> audited() {
            return Optional.of(new ChainPlace("n1", 41));
        }

        @Override
        public Future<Boolean> removeFactor(UserId user) {
            return user.value().equals("ben")
                    ? Future.failedFuture("the store does not answer")
                    : Future.succeededFuture(user.value().equals("ann"));
        }

        @Override
        public Optional<Future<Made>> invite(long lifetimeMs) {
            return lifetimeMs == 60_000
                    ? Optional.empty()
                    : Optional.of(
                            lifetimeMs == 61_000
                                    ? Future.failedFuture("the store does not answer")
                                    : Future.succeededFuture(new Made("the-code", lifetimeMs)));
        }

        @Override
        public Optional<Future<Listing>> invitations(String from) {
            return from.startsWith("0")
                    ? Optional.of(
                            from.startsWith("01")
                                    ? Future.failedFuture("the store does not answer")
                                    : Future.succeededFuture(new Listing(List.of(), "")))
                    : from.isEmpty()
                            ? Optional.of(Future.succeededFuture(
                                    new Listing(List.of(new Kept("the-id", 1, 2, true)), "the-next")))
                            : Optional.empty();
        }

        @Override
        public Optional<Future<Boolean>> withdrawInvitation(String id) {
            return switch (id.charAt(0)) {
                case 'a' -> Optional.of(Future.succeededFuture(true));
                case 'b' -> Optional.of(Future.succeededFuture(false));
                case 'c' -> Optional.of(Future.failedFuture("the store does not answer"));
                default -> Optional.empty();
            };
        }
    };

    private AbsentStages() {}

    /** A node that serves, and that nothing stops. */
    static NodeStatistics node(Supplier<MeterValues> metrics) {
        NodeFacts facts = new NodeFacts(
                "n1",
                "1.0",
                "embedded",
                () -> "n1:1",
                () -> NodeState.SERVING,
                () -> List.of(new NodeView("n1", true, "1.0", Map.of("edge", 2), true, 0)));
        return new NodeStatistics(facts, metrics, System::currentTimeMillis);
    }
}
