package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.RoomLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoomsConfigTest {
    private final ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));

    @Test
    void room_is_public_only_if_it_is_named() throws IOException {
        assertThat(read(section("{}")).open()).isEmpty();
        assertThat(read(section("{'public':['lobby','room-1']}")).open())
                .containsExactlyInAnyOrder(new RoomId("lobby"), new RoomId("room-1"));
        assertThat(reading.problems().isEmpty()).isTrue();
    }

    @Test
    void invalid_room_name_is_a_problem() throws IOException {
        read(section("{'public':['lobby','team-*']}"));

        assertThat(paths()).containsExactly("public");
    }

    @Test
    void limits_and_authorizer_have_defaults_and_bounds() throws IOException {
        RoomsConfig standard = read(section("{}"));
        assertThat(standard.limits()).isEqualTo(RoomLimits.STANDARD);
        assertThat(standard.authorizer()).isEmpty();
        assertThat(standard.adding()).isEqualTo(Adding.INVITE);
        assertThat(standard.limits().consent())
                .isEqualTo(new ConsentLimits(1_000, 10, 20, 100, 30 * 86_400_000L, 3, 20));
        assertThat(reading.problems().isEmpty()).isTrue();
        assertThat(read(section("{'adding':'direct'}")).adding()).isEqualTo(Adding.DIRECT);

        read(section("{'adding':'ask','limits':{'membersPerRoom':0,'ownedPerUser':-1,'addedPerUser':-1,"
                + "'publicPerUser':0,'invitationsSent':0,'invitationsReceived':1001,'invitationMs':59999},"
                + "'authorizer':{'http':{'url':'http://app.example/may','secret':'short','rememberMs':1}}}"));
        assertThat(paths())
                .containsExactlyInAnyOrder(
                        "adding",
                        "limits.membersPerRoom",
                        "limits.ownedPerUser",
                        "limits.addedPerUser",
                        "limits.publicPerUser",
                        "limits.invitationsSent",
                        "limits.invitationsReceived",
                        "limits.invitationMs",
                        "authorizer.http.url",
                        "authorizer.http.secret",
                        "authorizer.http.rememberMs");
    }

    @Test
    void authorizer_remembers_answers_for_half_a_minute() throws IOException {
        RoomsConfig config = read(section("{'authorizer':{'http':{'url':'https://app.example/may'}}}"));

        assertThat(config.authorizer().orElseThrow().rememberMs()).isEqualTo(30_000);
        assertThat(config.authorizer().orElseThrow().bounds().deadlineMs()).isEqualTo(500);
    }

    @Test
    void default_permissions_are_those_of_the_protocol() throws IOException {
        Permissions table = Permissions.read(section("{}"));

        assertThat(table).isEqualTo(Permissions.DEFAULT);
        assertThat(table.permits(RoomRole.MEMBER, RoomAction.CHAT)).isTrue();
        assertThat(table.permits(RoomRole.MEMBER, RoomAction.REMOVE_USER)).isFalse();
        assertThat(table.permits(RoomRole.MODERATOR, RoomAction.REMOVE_USER)).isTrue();
        assertThat(table.permits(RoomRole.OWNER, RoomAction.SYSTEM_BROADCAST)).isFalse();
        assertThat(table.permits(RoomRole.MEMBER, RoomAction.CREATE_ROOM)).isTrue();
        assertThat(table.permits(RoomRole.MODERATOR, RoomAction.CHANGE_MEMBERS)).isTrue();
        assertThat(table.permits(RoomRole.MODERATOR, RoomAction.CHANGE_ROLES)).isFalse();
        assertThat(table.permits(RoomRole.OWNER, RoomAction.DELETE_ROOM)).isTrue();
        assertThat(table.permits(RoomRole.OWNER, RoomAction.NAME_ROOM)).isFalse();
        assertThat(table.permits(RoomRole.ADMIN, RoomAction.NAME_ROOM)).isTrue();
        assertThat(table.permits(RoomRole.ADMIN, RoomAction.SYSTEM_BROADCAST)).isTrue();
    }

    @Test
    void configured_row_replaces_the_default_of_its_role_only() throws IOException {
        Permissions table = Permissions.read(section("{'permissions':{'member':['join','history']}}"));

        assertThat(reading.problems().isEmpty()).isTrue();
        assertThat(table.rows().get(RoomRole.MEMBER)).containsExactlyInAnyOrder(RoomAction.JOIN, RoomAction.HISTORY);
        assertThat(table.rows().get(RoomRole.OWNER))
                .isEqualTo(Permissions.DEFAULT.rows().get(RoomRole.OWNER));
    }

    @Test
    void empty_row_permits_nothing() throws IOException {
        Permissions table = Permissions.read(section("{'permissions':{'member':[]}}"));

        assertThat(RoomAction.grantable()).noneMatch(action -> table.permits(RoomRole.MEMBER, action));
    }

    @Test
    void unknown_roles_and_actions_are_problems_with_their_paths() throws IOException {
        Permissions.read(
                section("{'permissions':{'king':['chat'],'member':['fly','ping','chat'],'owner':'chat','admin':[7]}}"));

        assertThat(paths())
                .containsExactlyInAnyOrder(
                        "permissions.king",
                        "permissions.member",
                        "permissions.member",
                        "permissions.owner",
                        "permissions.admin");
        assertThat(reading.problems().found())
                .anyMatch(problem -> problem.what().contains("fly"));
    }

    private static RoomsConfig read(Section rooms) {
        return RoomsConfig.read(rooms, CircuitBreaker.Config.STANDARD);
    }

    @SuppressWarnings("unchecked") // the tests write objects only
    private Section section(String json) throws IOException {
        Object parsed = Objects.requireNonNull(Json.parse(json.replace('\'', '"')));
        return Section.root((Map<String, Object>) parsed, reading);
    }

    private List<String> paths() {
        return reading.problems().found().stream().map(Problem::path).toList();
    }
}
