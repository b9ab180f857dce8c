package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer.DeletionVerdict;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RoomsVerticleTest {
    private static final Rejection FORBIDDEN = Rejection.of(Reason.FORBIDDEN);
    private static final int DEADLINE_MS = 20_000;
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final RoomId TEAM = new RoomId("team-red");
    private static final Sender ANN =
            new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of("club-*"), "s");

    @TempDir
    Path folder;

    private Vertx vertx;
    private EmbeddedStore engine;
    private RoomStore store;
    private final List<MembershipNotice> told = new CopyOnWriteArrayList<>();
    private RoomAuthorizer authorizer;
    private RoomDirectory directory;
    private final ScriptedStreams streams = new ScriptedStreams();

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        Bus bus = new Bus(vertx, "node", new BusConfig(DEADLINE_MS, 1_000));
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new RoomStore(new EmbeddedRowStore(engine, System::currentTimeMillis));
        authorizer = new RoomAuthorizer(bus);
        RoomsConfig config = RoomsFixture.open(LOBBY);
        RoomListStore lists = new RoomListStore(new MemoryRowStore(System::currentTimeMillis));
        directory = new RoomDirectory(store, lists, config.limits());
        RoomsVerticle.Sources sources = RoomsFixture.sources(store, lists, streams, told::addAll);
        for (int instance = 0; instance < 2; instance++) {
            done(vertx.deployVerticle(
                    new RoomsVerticle(instance, bus, sources, Live.fixed(config), Live.fixed(Permissions.DEFAULT))));
        }
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
        engine.close();
    }

    @Test
    void ranks_of_both_users_decide_whether_one_may_remove_the_other() throws Exception {
        UserId ben = new UserId("ben");
        put(ANN.userId(), RoomRole.MODERATOR);
        put(ben, RoomRole.MODERATOR);
        assertThat(removal(ben)).isEqualTo(Verdict.refused(Rejection.outranked()));
        put(ANN.userId(), RoomRole.OWNER);
        assertThat(removal(ben).permit().changes()).isTrue();
        assertThat(done(store.find(TEAM, ben)).membership())
                .as("the append takes it")
                .isPresent();
        done(store.removeMember(TEAM, ben, RoomTerms.NONE));
        assertThat(removal(ben).permit().changes())
                .as("a user without membership can be removed too")
                .isFalse();
    }

    @Test
    void removal_of_no_user_is_not_found_and_needs_a_higher_rank() throws Exception {
        Sender root = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "s");
        assertThat(done(store.create(new Room(TEAM, "Team", Room.Visibility.PRIVATE, ANN.userId(), 1), Long.MAX_VALUE)))
                .isEqualTo(RoomChange.DONE);
        put(new UserId("ben"), RoomRole.OWNER);
        assertThat(removal(root, ANN.userId()).permit().changes()).isTrue();
        assertThat(removal(root, new UserId("deleted"))).isEqualTo(Verdict.refused(Reason.NOT_FOUND));
        assertThat(removal(ANN, new UserId("ben"))).isEqualTo(Verdict.refused(Rejection.outranked()));
        done(store.removeMember(TEAM, ANN.userId(), RoomTerms.NONE));
        assertThat(removal(ANN, new UserId("ben"))).isEqualTo(Verdict.refused(Reason.NOT_MEMBER));
    }

    @Test
    void action_without_a_room_is_explained_by_the_token_alone() throws Exception {
        assertThat(explain(RoomAction.CREATE_ROOM, TEAM))
                .isEqualTo(new RoomDecision(Rule.PERMITTED, Optional.empty(), Optional.of(RoomRole.MEMBER)));
        assertThat(explain(RoomAction.NAME_ROOM, TEAM))
                .isEqualTo(new RoomDecision(Rule.NO_PERMISSION, Optional.empty(), Optional.empty()));
        assertThat(explain(RoomAction.LEAVE, TEAM).isGranted()).isTrue();
    }

    @Test
    void user_whose_membership_ended_is_told_by_the_name_of_then_and_a_stranger_is_not() throws Exception {
        done(store.create(new Room(TEAM, "Team", Room.Visibility.PRIVATE, ANN.userId(), 1), Long.MAX_VALUE));
        UserId ben = new UserId("ben");
        done(directory.putMember(TEAM, ben, Membership.taken(RoomRole.MEMBER, 0), false, RoomTerms.NONE));
        tidy(ben, Optional.of("Team"));
        assertThat(told).as("of a member").isEmpty();
        done(store.removeMember(TEAM, ben, RoomTerms.NONE));
        tidy(ben, Optional.empty());
        assertThat(told).as("of one who was none").isEmpty();
        tidy(ben, Optional.of("as it was called"));
        assertThat(told)
                .containsExactly(new MembershipNotice(
                        ben, TEAM, Optional.empty(), "as it was called", Optional.of(ANN.userId())));
    }

    private void tidy(UserId user, Optional<String> name) throws Exception {
        done(authorizer.tidyLists(TEAM, user, ANN.userId(), name, DEADLINE_MS));
    }

    private Verdict removal(UserId target) throws Exception {
        return removal(ANN, target);
    }

    private Verdict removal(Sender by, UserId target) throws Exception {
        return done(authorizer.authorizeRemoval(by, TEAM, target)).verdict();
    }

    @Test
    void user_without_membership_may_chat_in_a_public_room() throws Exception {
        assertThat(authorize(FrameType.CHAT, LOBBY)).isEqualTo(grantedToSpeak());
    }

    @Test
    void private_room_is_open_only_while_the_user_is_a_member() throws Exception {
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.refused(Reason.NOT_MEMBER));

        put(ANN.userId(), RoomRole.MEMBER);
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.GRANTED);
        assertThat(authorize(FrameType.REMOVE_USER, TEAM)).isEqualTo(Verdict.refused(Reason.FORBIDDEN));

        done(store.removeMember(TEAM, ANN.userId(), RoomTerms.NONE));
        assertThat(authorize(FrameType.JOIN, TEAM)).isEqualTo(Verdict.refused(Reason.NOT_MEMBER));
    }

    @Test
    void without_the_store_only_what_it_cannot_change_is_decided() throws Exception {
        engine.close();

        assertThat(authorize(FrameType.JOIN, LOBBY)).isEqualTo(Verdict.GRANTED);
        assertThatThrownBy(() -> authorize(FrameType.CHAT, LOBBY)).isInstanceOf(BusFailure.class);
        assertThatThrownBy(() -> authorize(FrameType.JOIN, new RoomId("club-7")))
                .isInstanceOf(BusFailure.class);
        assertThatThrownBy(() -> authorize(FrameType.CHAT, TEAM)).isInstanceOf(BusFailure.class);
    }

    @Test
    void muted_user_may_not_speak_until_the_mute_ends() throws Exception {
        done(store.mute(LOBBY, ANN.userId(), 600_000, 10, RoomTerms.NONE));
        assertThat(authorize(FrameType.CHAT, LOBBY)).isEqualTo(Verdict.refused(Rejection.muted()));
        assertThat(authorize(FrameType.EDIT_MESSAGE, LOBBY)).isEqualTo(Verdict.refused(Rejection.muted()));
        assertThat(deletion(LOBBY))
                .as("what was said may be taken back")
                .isEqualTo(ofOwnMessages(Verdict.GRANTED, FORBIDDEN));

        done(store.mute(LOBBY, ANN.userId(), 0, 10, RoomTerms.NONE));
        assertThat(authorize(FrameType.CHAT, LOBBY)).isEqualTo(grantedToSpeak());
    }

    @Test
    void explanation_names_the_rule_of_the_verdict() throws Exception {
        assertThat(explain(RoomAction.CHAT, TEAM)).isEqualTo(RoomDecision.refused(Rule.NO_ACCESS));
        assertThat(explain(RoomAction.REMOVE_USER, LOBBY))
                .isEqualTo(new RoomDecision(Rule.NO_PERMISSION, Optional.of(Access.CONFIGURED), Optional.empty()));
        put(ANN.userId(), RoomRole.MODERATOR);
        assertThat(explain(RoomAction.REMOVE_USER, TEAM))
                .isEqualTo(new RoomDecision(
                        Rule.PERMITTED, Optional.of(Access.MEMBERSHIP), Optional.of(RoomRole.MODERATOR)));
        streams.barred.add(ANN.userId());
        assertThat(explain(RoomAction.REMOVE_USER, TEAM)).isEqualTo(RoomDecision.refused(Rule.BARRED));
    }

    @Test
    void moderators_may_delete_messages_of_others_and_members_their_own() throws Exception {
        Verdict notMember = Verdict.refused(Reason.NOT_MEMBER);
        assertThat(deletion(TEAM)).isEqualTo(ofOwnMessages(notMember, Rejection.of(Reason.NOT_MEMBER)));
        assertThat(deletion(LOBBY)).isEqualTo(ofOwnMessages(Verdict.GRANTED, FORBIDDEN));
        put(ANN.userId(), RoomRole.MEMBER);
        assertThat(deletion(TEAM)).isEqualTo(ofOwnMessages(grantedTo(RoomRole.MEMBER), FORBIDDEN));
        put(ANN.userId(), RoomRole.MODERATOR);
        assertThat(deletion(TEAM))
                .isEqualTo(new DeletionVerdict(grantedTo(RoomRole.MODERATOR), true, Optional.empty()));
        put(ANN.userId(), Membership.taken(RoomRole.MODERATOR, 0).given(RoomRole.MEMBER));
        assertThat(deletion(TEAM)).isEqualTo(ofOwnMessages(grantedTo(RoomRole.MEMBER), Rejection.assigned()));
    }

    private static DeletionVerdict ofOwnMessages(Verdict own, Rejection ofOthers) {
        return new DeletionVerdict(own, false, Optional.of(ofOthers));
    }

    @Test
    void only_a_role_of_the_token_permits_what_concerns_no_room() throws Exception {
        put(ANN.userId(), RoomRole.OWNER);
        Sender root = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "s");
        assertThat(anywhere(ANN)).isEqualTo(Verdict.refused(Reason.FORBIDDEN));
        assertThat(anywhere(root)).isEqualTo(Verdict.GRANTED);
    }

    /** What ann may append in the team's room as long as she has this role. */
    private Verdict grantedTo(RoomRole role) throws Exception {
        RoomFacts facts = done(store.find(TEAM, ANN.userId()));
        assertThat(facts.membership().map(Membership::role)).contains(role);
        return Verdict.granted(facts.permits().toAct());
    }

    private Verdict grantedToSpeak() throws Exception {
        return Verdict.granted(done(store.find(LOBBY, ANN.userId())).permits().toSpeak());
    }

    private DeletionVerdict deletion(RoomId room) throws Exception {
        return done(authorizer.authorizeDeletion(ANN, room));
    }

    private Verdict anywhere(Sender from) throws Exception {
        return done(authorizer.authorizeAnywhere(from, RoomAction.SYSTEM_BROADCAST));
    }

    private RoomDecision explain(RoomAction action, RoomId room) throws Exception {
        return done(authorizer.explain(ANN, action, room));
    }

    private void put(UserId user, RoomRole role) throws Exception {
        put(user, Membership.taken(role, 0));
    }

    private void put(UserId user, Membership membership) throws Exception {
        Entrant entrant = new Entrant(user, membership, 10, false);
        assertThat(done(store.putMember(TEAM, entrant, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
    }

    @Test
    void without_the_stage_authorization_fails() throws Exception {
        for (String deployment : vertx.deploymentIDs()) {
            done(vertx.undeploy(deployment));
        }

        assertThatThrownBy(() -> authorize(FrameType.CHAT, LOBBY)).isInstanceOf(BusFailure.class);
    }

    private Verdict authorize(FrameType action, RoomId room) throws Exception {
        return done(authorizer.authorize(ANN, action, room));
    }
}
