package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.ServerDirectory;
import dev.portcullis.admin.users.DeletionReport;
import dev.portcullis.admin.users.KeptMessages;
import dev.portcullis.admin.users.RunningDeletions;
import dev.portcullis.admin.users.UserDeletion;
import dev.portcullis.admin.users.UserExport;
import dev.portcullis.admin.users.UserStages;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.chain.AuditTrail.ChainPlace;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.auth.account.UserAccounts;
import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.broadcast.holds.HoldAdministration;
import dev.portcullis.broadcast.user.UserStreams;
import dev.portcullis.edge.api.OwnAccountApi.AccountDeletion;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.UserRooms;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.uploads.UserUploads;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Puts together the export and the deletion of a user's data over all stages, for operators and users. There is one for a node.
 */
public final class UserAssembly {
    private final NodeServices services;
    private final NodeConfig config;
    private final UserStages stages;
    private final RunningDeletions deletions;
    private final HoldAdministration holds;

    public UserAssembly(NodeServices services, NodeConfig config) {
        this.services = services;
        this.config = config;
        this.stages = new UserStages(
                new UserAccounts(services.bus()),
                new SessionAdministration(services.bus()),
                new UserRooms(services.bus(), services.clock()),
                new UserStreams(services.bus(), services.clock()),
                new UserUploads(services.bus(), services.clock()),
                config.hooks().map(any -> new HookAdministration(services.bus())));
        UserDeletion deletion = new UserDeletion(stages, this::cutOff, services.clock());
        this.holds = new HoldAdministration(services.bus(), services.clock());
        this.deletions = new RunningDeletions(deletion::delete, config.admin().deletions());
    }

    /** Deletes users who ask for it. */
    AccountDeletion deletion() {
        return new AccountDeletion() {
            @Override
            public boolean hasPlaceFor(UserId user) {
                return deletions.hasPlaceForAsked(user);
            }

            @Override
            public Future<Boolean> isHeld(UserId user) {
                return holds.against(user, false).map(held -> !held.isEmpty());
            }

            @Override
            public Optional<Future<Void>> begin(UserId user) {
                return deletions.beginAsked(user);
            }
        };
    }

    ServerDirectory.Users users() {
        UserExport export = new UserExport(stages);
        return new ServerDirectory.Users() {
            @Override
            public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
                return export.export(user, sessions, after);
            }

            @Override
            public Future<List<Hold>> heldBy(UserId user, KeptMessages messages) {
                return holds.against(user, messages.namesUser());
            }

            @Override
            public Optional<Future<DeletionReport>> delete(UserId user, KeptMessages messages) {
                return deletions.delete(user, messages);
            }

            @Override
            public Optional<ChainPlace> audited() {
                return services.trail().place();
            }

            @Override
            public Future<Boolean> removeFactor(UserId user) {
                return stages.accounts().removeFactor(user);
            }

            @Override
            public Optional<Future<Made>> invite(long lifetimeMs) {
                return whereInvited(() -> stages.accounts().invite(lifetimeMs));
            }

            @Override
            public Optional<Future<Listing>> invitations(String from) {
                return whereInvited(() -> stages.accounts().invitations(from));
            }

            @Override
            public Optional<Future<Boolean>> withdrawInvitation(String id) {
                return whereInvited(() -> stages.accounts().withdrawInvitation(id));
            }

            private <T> Optional<Future<T>> whereInvited(Supplier<Future<T>> call) {
                return config.accounts().invites() ? Optional.of(call.get()) : Optional.empty();
            }
        };
    }

    /** A frame passes by a look at the cut-offs of at most this age, and what it publishes is fenced by the same time. */
    private Future<?> cutOff() {
        return services.vertx().timer(2 * config.edge().cutoffs().maxAgeMs(), TimeUnit.MILLISECONDS);
    }
}
