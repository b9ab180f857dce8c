package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.ServerDirectory;
import dev.portcullis.admin.users.RunningDeletions;
import dev.portcullis.admin.users.UserDeletion;
import dev.portcullis.admin.users.UserExport;
import dev.portcullis.admin.users.UserStages;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.auth.account.UserAccounts;
import dev.portcullis.broadcast.user.UserStreams;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.UserRooms;
import dev.portcullis.uploads.UserUploads;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Builds what operators do with all that the stages keep of a user. */
record UserAssembly(NodeServices services, NodeConfig config) {

    ServerDirectory.Users users() {
        UserStages stages = new UserStages(
                new UserAccounts(services.bus()),
                new SessionAdministration(services.bus()),
                new UserRooms(services.bus(), services.clock()),
                new UserStreams(services.bus(), services.clock()),
                new UserUploads(services.bus(), services.clock()));
        UserExport export = new UserExport(stages);
        UserDeletion deletion = new UserDeletion(stages, this::cutOff, services.clock());
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
}
