package dev.portcullis.auth;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.auth.login.OpenSessionRequest;
import dev.portcullis.auth.login.RenewSessionRequest;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionRenewal;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuthVerticleTest extends AuthStage {
    @Test
    void valid_token_opens_a_session() throws Exception {
        deploy(OnExceeded.REJECT);

        Session session = opened(open(TOKEN));

        assertThat(session.sender().userId()).isEqualTo(new UserId("ann"));
        assertThat(session.expiresAt()).isEqualTo(NOW + 3_600_000);
        assertThat(session.openedAt()).isEqualTo(NOW);
        assertThat(session.owner().instance()).isEqualTo(3);
        assertThat(session.address()).isEqualTo("192.0.2.1");
        assertThat(sessions()).containsExactly(session);
    }

    @Test
    void invalid_token_opens_no_session_and_gets_its_defect() throws Exception {
        deploy(OnExceeded.REJECT);
        clock.advance(3_600_000);

        assertThat(open("no token")).isEqualTo(new Denied(TokenDefect.MALFORMED));
        assertThat(open(TOKEN)).isEqualTo(new Denied(TokenDefect.EXPIRED));
        assertThat(sessions()).isEmpty();
    }

    @Test
    void token_is_verified_without_opening_a_session() throws Exception {
        deploy(OnExceeded.REJECT);

        TokenVerification verification = done(authenticator.verify(TOKEN, Optional.empty()));

        assertThat(verification.<String>fold(
                        claims -> claims.userId().value(),
                        defect -> defect.refusal().id()))
                .isEqualTo("ann");
        assertThat(done(authenticator.verify("x.y.z", Optional.empty())))
                .isEqualTo(TokenVerification.invalid(TokenDefect.MALFORMED));
        assertThat(sessions()).isEmpty();
    }

    @Test
    void sixth_session_is_refused_until_one_has_ended() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();

        assertThat(AuthStage.cappedUser(open(TOKEN))).isEqualTo(new UserId("ann"));
        done(authenticator.end(five.get(0).sender().userId(), five.get(0).id()));
        opened(open(TOKEN));

        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void fifty_concurrent_requests_open_five_sessions() throws Exception {
        deploy(OnExceeded.REJECT, 1_000);

        List<Future<SessionOpening>> requests = IntStream.range(0, 50)
                .mapToObj(i -> authenticator.open(credentials(signed(HEADER, claims(",\"jti\":\"" + i + "\"")))))
                .toList();
        done(Future.all(requests));

        assertThat(requests.stream().map(Future::result))
                .filteredOn(Opened.class::isInstance)
                .hasSize(5);
        assertThat(sessions()).hasSize(5);
    }

    @Test
    void oldest_session_is_evicted_and_its_cut_off_published() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST);
        Promise<Cutoff.Hint> hint = Promise.promise();
        done(bus.subscribe(Cutoff.NOTICE, 3, hint::complete));
        List<Session> five = openFive();

        Session sixth = opened(open(TOKEN));

        Cutoff cutoff = new SessionEnded(five.get(0).id(), Cause.EVICTED);
        assertThat(cutoffLog.cutoffs()).containsExactly(cutoff);
        assertThat(sessions()).hasSize(5).contains(sixth).doesNotContain(five.get(0));
        assertThat(done(hint.future())).isEqualTo(new Cutoff.Hint(five.get(0).lane()));
    }

    @Test
    void no_session_opens_while_the_cut_off_of_the_evicted_one_can_not_be_stored() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST);
        List<Session> five = openFive();
        cutoffLog.breakDown();

        assertThatThrownBy(() -> open(TOKEN)).isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void concurrent_requests_are_all_granted_where_the_oldest_is_evicted() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST, 1_000);

        List<Future<SessionOpening>> requests = IntStream.range(0, 30)
                .mapToObj(i -> authenticator.open(credentials(signed(HEADER, claims(",\"jti\":\"" + i + "\"")))))
                .toList();
        done(Future.all(requests));

        assertThat(requests.stream().map(Future::result)).allMatch(Opened.class::isInstance);
        assertThat(sessions()).hasSize(5);
        assertThat(cutoffLog.cutoffs().stream().distinct()).hasSize(25);
        assertThat(cutoffLog.cutoffs()).as("each instance evicts one at a time").hasSizeLessThanOrEqualTo(50);
    }

    /** As when a node was stopped with the request in its buffers: the caller got `unavailable` long ago. */
    @Test
    void request_after_its_deadline_opens_no_session() throws Exception {
        deploy(OnExceeded.REJECT);
        OpenSessionRequest late = new OpenSessionRequest(credentials(TOKEN), List.of(), clock.getAsLong() - 1);

        assertThatThrownBy(() -> done(bus.ask(Authenticator.OPEN, late))).isInstanceOf(BusFailure.class);

        assertThat(sessions()).isEmpty();
    }

    @Test
    void handshake_over_the_limit_gets_the_wait() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST, 2);
        opened(open(TOKEN));
        clock.advance(10_000);
        opened(open(TOKEN));

        assertThat(open(TOKEN)).isEqualTo(new HandshakesLimited(new UserId("ann"), 50_000));
    }

    @Test
    void handshakes_over_a_limit_that_only_observes_pass_and_are_recorded() throws Exception {
        List<UserId> recorded = new CopyOnWriteArrayList<>();
        handshakeLimit = new HandshakeLimit(() -> true, recorded::add);
        deploy(OnExceeded.EVICT_OLDEST, 2);
        for (int i = 0; i < 8; i++) {
            opened(open(TOKEN));
        }
        assertThat(recorded).hasSize(6).containsOnly(new UserId("ann"));
    }

    @Test
    void handshakes_do_not_count_where_the_limit_is_off() throws Exception {
        handshakeLimit = new HandshakeLimit(() -> false, user -> false);
        deploy(OnExceeded.EVICT_OLDEST, 2);
        for (int i = 0; i < 8; i++) {
            opened(open(TOKEN));
        }
    }

    @Test
    void invalid_token_does_not_count_as_a_handshake_of_its_user() throws Exception {
        deploy(OnExceeded.REJECT, 1);
        String forged = signed(HEADER, claims(""), "another secret, also of 32 bytes or so");
        for (int i = 0; i < 10; i++) {
            open(forged);
        }

        opened(open(TOKEN));
    }

    @Test
    void session_goes_on_with_another_token_of_its_user() throws Exception {
        deploy(OnExceeded.REJECT);
        Session session = opened(open(TOKEN));

        SessionRenewal result = renew(
                session,
                claims(",\"jti\":\"second\",\"role\":\"admin\",\"sid\":\"login\",\"rooms\":[\"den\"]")
                        .replace("\"exp\":" + (NOW / 1_000 + 3_600), "\"exp\":" + (NOW / 1_000 + 7_200)));

        assertThat(result).isInstanceOf(SessionRenewal.Renewed.class);
        Session renewed = ((SessionRenewal.Renewed) result).session();
        assertThat(renewed.id()).isEqualTo(session.id());
        assertThat(renewed.openedAt()).isEqualTo(session.openedAt());
        assertThat(renewed.tokenId()).isEqualTo("second");
        assertThat(renewed.family()).contains("login");
        assertThat(renewed.expiresAt()).isEqualTo(NOW + 7_200_000);
        assertThat(renewed.sender().role()).isEqualTo(Role.ADMIN);
        assertThat(renewed.sender().rooms()).containsExactly("den");
        assertThat(sessions()).containsExactly(renewed);
        clock.advance(3_600_000);
        assertThat(sessions()).as("after the end of its first token").containsExactly(renewed);
    }

    @Test
    void session_does_not_go_on_with_a_token_that_is_not_its_users() throws Exception {
        deploy(OnExceeded.REJECT);
        Session session = opened(open(TOKEN));

        assertThat(renew(session, claims("").replace("ann", "ben")))
                .isEqualTo(new SessionRenewal.Denied(TokenDefect.OTHER_USER));
        assertThat(renew(session, claims(",\"iss\":\"elsewhere\"")))
                .isEqualTo(new SessionRenewal.Denied(TokenDefect.OTHER_USER));
        assertThat(done(authenticator.renew(session, "no token", Optional.empty())))
                .isEqualTo(new SessionRenewal.Denied(TokenDefect.MALFORMED));
        clock.advance(3_599_999);
        assertThat(sessions()).containsExactly(session);
    }

    @Test
    void ended_session_is_not_revived_by_another_token() throws Exception {
        deploy(OnExceeded.REJECT);
        Session session = opened(open(TOKEN));
        done(authenticator.end(session.sender().userId(), session.id()));

        assertThat(renew(session, claims(",\"jti\":\"second\""))).isEqualTo(new SessionRenewal.Ended());

        assertThat(sessions()).isEmpty();
    }

    private SessionRenewal renew(Session session, String claims) throws Exception {
        return done(authenticator.renew(session, signed(HEADER, claims), Optional.empty()));
    }

    @Test
    void without_the_stage_no_session_opens() {
        assertThatThrownBy(() -> open(TOKEN))
                .isInstanceOfSatisfying(
                        BusFailure.class, failure -> assertThat(failure.kind()).isEqualTo(BusFailure.Kind.NO_INSTANCE));
    }

    @Test
    void no_token_appears_in_toString() {
        assertThat(credentials(TOKEN).toString()).doesNotContain(TOKEN);
        assertThat(new OpenSessionRequest(credentials(TOKEN), List.of(), 0).toString())
                .doesNotContain(TOKEN);
        Session session = Session.open(TestClaims.of("ann"), credentials(TOKEN), NOW);
        assertThat(new RenewSessionRequest(session, TOKEN, Optional.empty(), 0).toString())
                .doesNotContain(TOKEN);
        assertThat(new Authenticator.Verify(TOKEN, Optional.empty(), Optional.empty()).toString())
                .doesNotContain(TOKEN);
    }
}
