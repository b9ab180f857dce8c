package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomsVerticleTest {
    private static final int DEADLINE_MS = 20_000;
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final RoomId TEAM = new RoomId("team-red");
    private static final Sender ANN =
            new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of("club-*"), "s");

    @TempDir
    Path folder;

    private Vertx vertx;
    private EmbeddedStore engine;
    private MembershipStore store;
    private RoomAuthorizer authorizer;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        Bus bus = new Bus(vertx, "node", new BusConfig(DEADLINE_MS, 1_000));
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedMembershipStore(engine);
        authorizer = new RoomAuthorizer(bus);
        RoomsConfig config = new RoomsConfig(Set.of(LOBBY));
        for (int instance = 0; instance < 2; instance++) {
            vertx.deployVerticle(new RoomsVerticle(instance, bus, store, config, Live.fixed(Permissions.DEFAULT)))
                    .await(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        engine.close();
    }

    @Test
    void ranks_of_both_users_decide_whether_one_may_remove_the_other() throws Exception {
        UserId ben = new UserId("ben");
        store.put(TEAM, ANN.userId(), new Membership(RoomRole.MODERATOR)).await(30, TimeUnit.SECONDS);
        store.put(TEAM, ben, new Membership(RoomRole.MODERATOR)).await(30, TimeUnit.SECONDS);
        assertThat(removal(ben)).isEqualTo(Verdict.refused(Reason.FORBIDDEN));
        store.put(TEAM, ANN.userId(), new Membership(RoomRole.OWNER)).await(30, TimeUnit.SECONDS);
        assertThat(removal(ben)).isEqualTo(Verdict.GRANTED);

        authorizer.removeMember(TEAM, ben, DEADLINE_MS).await(30, TimeUnit.SECONDS);
        assertThat(store.find(TEAM, ben).await(30, TimeUnit.SECONDS)).isEmpty();
        authorizer.removeMember(TEAM, ben, DEADLINE_MS).await(30, TimeUnit.SECONDS);
        assertThat(removal(ben))
                .as("a user without membership can be removed too")
                .isEqualTo(Verdict.GRANTED);
    }

    private Verdict removal(UserId target) throws Exception {
        return authorizer.authorizeRemoval(ANN, TEAM, target).await(30, TimeUnit.SECONDS);
    }

    @Test
    void user_without_membership_may_chat_in_a_public_room() throws Exception {
        assertThat(authorize(FrameType.CHAT, LOBBY)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void private_room_is_open_only_while_the_user_is_a_member() throws Exception {
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.refused(Reason.NOT_MEMBER));

        store.put(TEAM, ANN.userId(), new Membership(RoomRole.MEMBER)).await(30, TimeUnit.SECONDS);
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.GRANTED);
        assertThat(authorize(FrameType.REMOVE_USER, TEAM)).isEqualTo(Verdict.refused(Reason.FORBIDDEN));

        store.remove(TEAM, ANN.userId()).await(30, TimeUnit.SECONDS);
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.refused(Reason.NOT_MEMBER));
    }

    @Test
    void without_the_store_public_and_granted_rooms_are_decided_and_others_fail() throws Exception {
        engine.close();

        assertThat(authorize(FrameType.CHAT, LOBBY)).isEqualTo(Verdict.GRANTED);
        assertThat(authorize(FrameType.CHAT, new RoomId("club-7"))).isEqualTo(Verdict.GRANTED);
        assertThatThrownBy(() -> authorize(FrameType.CHAT, TEAM)).isInstanceOf(BusFailure.class);
    }

    @Test
    void without_the_stage_authorization_fails() throws Exception {
        for (String deployment : vertx.deploymentIDs()) {
            vertx.undeploy(deployment).await(30, TimeUnit.SECONDS);
        }

        assertThatThrownBy(() -> authorize(FrameType.CHAT, LOBBY)).isInstanceOf(BusFailure.class);
    }

    private Verdict authorize(FrameType action, RoomId room) throws Exception {
        return authorizer.authorize(ANN, action, room).await(30, TimeUnit.SECONDS);
    }
}
