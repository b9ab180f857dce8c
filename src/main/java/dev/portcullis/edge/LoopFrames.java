package dev.portcullis.edge;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.frame.AmendHandler;
import dev.portcullis.edge.frame.DirectHandler;
import dev.portcullis.edge.frame.FrameActions;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.HistoryHandler;
import dev.portcullis.edge.frame.InboxDelivery;
import dev.portcullis.edge.frame.JoinHandler;
import dev.portcullis.edge.frame.JoinedRoomCheck;
import dev.portcullis.edge.frame.MessageHandler;
import dev.portcullis.edge.frame.NotificationHandler;
import dev.portcullis.edge.frame.TokenRefreshHandler;
import dev.portcullis.edge.frame.UploadHandler;
import dev.portcullis.edge.presence.PresenceHandler;
import java.util.function.BiConsumer;

/** What follows a frame on one event loop: puts its path together, and the delivery that begins with a session. */
final class LoopFrames {
    private final EdgeLoop loop;
    private final Edge edge;

    LoopFrames(EdgeLoop loop) {
        this.loop = loop;
        this.edge = loop.edge;
    }

    /** Of messages to a user, to each of their connections on this loop. */
    InboxDelivery inboxDelivery() {
        return new InboxDelivery(
                loop.gate,
                loop.hub,
                loop.subscribers,
                loop.timers,
                loop.reservations,
                edge.config.streams().partBytes(),
                edge.stages.messages());
    }

    /** @param replace gives a connection its session with another token */
    FrameHandler<Connection> path(BiConsumer<Connection, Registration> replace) {
        JoinHandler joins = new JoinHandler(
                loop.gate,
                edge.stages.rooms(),
                loop.hub,
                loop.subscribers,
                loop.presence,
                loop.replies,
                loop.timers,
                edge.config.edge().roomsPerConnection(),
                loop.reservations,
                edge.config.streams().partBytes());
        HistoryHandler history = new HistoryHandler(edge.stages.broadcaster(), loop.reservations);
        return new FramePath(
                loop.gate,
                edge.stages.limiter(),
                new FrameActions(
                        edge.stages.rooms(),
                        joins,
                        new MessageHandler(
                                loop.gate,
                                edge.stages.rooms(),
                                edge.stages.broadcaster(),
                                edge.services.metrics(),
                                edge.services.audit()),
                        history,
                        new DirectHandler(loop.gate, edge.stages.messages(), history, edge.services.metrics()),
                        new AmendHandler(loop.gate, edge.stages.rooms(), edge.stages.broadcaster()),
                        new NotificationHandler(loop.gate, edge.stages.broadcaster(), edge.services.audit()),
                        new TokenRefreshHandler(
                                edge.stages.authenticator(),
                                edge.stages.refusedTokens(),
                                replace,
                                new JoinedRoomCheck(edge.stages.rooms(), joins)),
                        new UploadHandler(
                                edge.stages.rooms(), edge.services.uploads().get()),
                        new PresenceHandler(edge.attendance, loop.presence),
                        edge.services.clock()),
                edge.services.clock());
    }
}
