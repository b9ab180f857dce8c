package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.ServerDirectory;
import dev.portcullis.admin.users.RunningDeletions;
import dev.portcullis.admin.users.UserDeletion;
import dev.portcullis.admin.users.UserExport;
import dev.portcullis.admin.users.UserStores;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.store.Stores;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.bus.NoticeMulticast;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Builds what operators do with all that is kept of a user. */
record UserAssembly(NodeServices services, Stores stores, NodeConfig config) {

    ServerDirectory.Users users() {
        UserStores kept = new UserStores(
                stores.accounts(),
                stores.rooms(),
                stores.roomLists(),
                stores.streams(),
                stores.inboxes(),
                stores.erasures(),
                stores.uploads());
        RoomLimits limits = config.rooms().limits();
        UserExport export = new UserExport(kept, limits);
        UserDeletion deletion = new UserDeletion(
                kept,
                limits,
                new SessionAdministration(services.bus()),
                this::cutOff,
                this::changed,
                new MembershipFrames(
                        new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock())::send),
                services.clock());
        RunningDeletions running =
                new RunningDeletions(deletion::delete, config.admin().deletions());
        return new ServerDirectory.Users() {
            @Override
            public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
                return export.export(user, sessions, after);
            }

            @Override
            public Future<Boolean> delete(UserId user) {
                return running.delete(user);
            }
        };
    }

    /** A frame passes by a look at the cut-offs of at most this age, and what it publishes is fenced by the same time. */
    private Future<?> cutOff() {
        return services.vertx().timer(2 * config.edge().cutoffs().maxAgeMs(), TimeUnit.MILLISECONDS);
    }

    private void changed(StreamName stream) {
        NoticeMulticast<StreamName> notice = services.bus().multicast(FanOut.CHANGED, stream);
        services.bus()
                .nodesOf(Stage.EDGE)
                .forEach((node, edges) -> notice.sendTo(node, Lanes.shardOf(stream.lane(), edges)));
    }
}
