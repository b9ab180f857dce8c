package dev.portcullis.edge;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.frame.DirectHandler;
import dev.portcullis.edge.frame.FrameActions;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.HistoryHandler;
import dev.portcullis.edge.frame.InboxDelivery;
import dev.portcullis.edge.frame.JoinHandler;
import dev.portcullis.edge.frame.JoinedRoomCheck;
import dev.portcullis.edge.frame.PublishHandler;
import dev.portcullis.edge.frame.ReplyReservations;
import dev.portcullis.edge.frame.TokenRefreshHandler;
import dev.portcullis.edge.frame.UploadHandler;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.presence.PresenceHandler;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.streams.delivery.StreamHub;
import java.util.function.BiConsumer;

/** Builds the path of frames for one event loop, and the delivery that begins with a session. */
record FramePathFactory(
        Edge edge,
        CutoffGate gate,
        StreamHub hub,
        LoopSubscribers subscribers,
        LoopPresence presence,
        ReplyWriter replies,
        TimerWheel timers,
        ReplyReservations reservations) {

    /** Delivers the messages to a user on each of their connections on this event loop. */
    InboxDelivery inboxDelivery() {
        return new InboxDelivery(
                gate,
                hub,
                subscribers,
                timers,
                reservations,
                edge.config.streams().partBytes(),
                edge.stages.messages());
    }

    /** @param replace gives a connection its session with another token */
    FramePath path(BiConsumer<Connection, Registration> replace) {
        JoinHandler joins = new JoinHandler(
                gate,
                edge.stages.rooms(),
                hub,
                subscribers,
                presence,
                replies,
                timers,
                edge.config.edge().roomsPerConnection(),
                reservations,
                edge.stages.broadcaster()::history,
                edge.config.streams().partBytes());
        HistoryHandler history = new HistoryHandler(edge.stages.broadcaster(), reservations);
        return new FramePath(
                gate,
                edge.stages.limiter(),
                new FrameActions(
                        edge.stages.rooms(),
                        joins,
                        new PublishHandler(
                                gate,
                                edge.stages.rooms(),
                                new MembershipEnd(edge.stages.rooms(), edge.stages.broadcaster()),
                                edge.stages.broadcaster(),
                                edge.services.metrics(),
                                edge.services.audit()),
                        history,
                        new DirectHandler(edge.stages.messages(), history),
                        new TokenRefreshHandler(
                                edge.stages.authenticator(),
                                edge.stages.refusedTokens(),
                                replace,
                                new JoinedRoomCheck(edge.stages.rooms(), joins),
                                presence),
                        new UploadHandler(
                                edge.stages.rooms(), edge.services.uploads().get()),
                        new PresenceHandler(edge.attendance, presence),
                        edge.config.events().types(),
                        edge.services.clock()),
                edge.config.events().newJudge(),
                edge.events::add);
    }
}
