package dev.portcullis.auth.revocation;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.AuthStage;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.login.SessionActivity;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.session.TokenScope;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a revocation does in the stage: to the store, to the stream of cut-offs, and to later requests. */
class RevocationsTest extends AuthStage {
    private static final UserId ANN = new UserId("ann");
    private static final String OF_LOGIN = signed(HEADER, claims(",\"jti\":\"t1\",\"sid\":\"login\""));
    private static final Denied DENIED = new Denied(TokenDefect.REVOKED);

    private SessionAdministration operators;

    @BeforeEach
    void deployStage() throws Exception {
        deploy(OnExceeded.REJECT);
        operators = new SessionAdministration(bus);
    }

    @Test
    void revoked_token_is_cut_off_and_refused_from_then_on() throws Exception {
        Promise<Cutoff.Hint> hint = Promise.promise();
        done(bus.subscribe(Cutoff.NOTICE, 3, hint::complete));
        Session session = opened(open(OF_LOGIN));
        Session other = opened(open(TOKEN));

        assertThat(revoke(new Revocation.OfToken("t1", Optional.of(ANN)))).isTrue();

        assertThat(cutoffLog.cutoffs()).containsExactly(TokenRevoked.token("t1", Optional.of(ANN)));
        assertThat(done(hint.future())).isEqualTo(new Cutoff.Hint(session.lane()));
        assertThat(sessions()).containsExactly(other);
        assertNoneLeft();
        assertThat(open(OF_LOGIN)).isEqualTo(DENIED);
        assertThat(done(authenticator.verify(OF_LOGIN, Optional.empty())))
                .isEqualTo(TokenVerification.invalid(TokenDefect.REVOKED));
        assertThat(done(authenticator.verify(TOKEN, Optional.empty()))).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void revoked_login_and_revoked_user_are_cut_off_in_the_lane_of_the_user() throws Exception {
        Session session = opened(open(OF_LOGIN));

        revoke(new Revocation.OfFamily("login", Optional.of(ANN)));
        assertThat(open(OF_LOGIN)).isEqualTo(DENIED);
        Session second = opened(open(TOKEN));
        revoke(new Revocation.OfUser(ANN, NOW + 1));

        assertThat(cutoffLog.cutoffs())
                .containsExactly(
                        TokenRevoked.family("login", Optional.of(ANN)),
                        new UserCutOff(ANN, NOW + 1, UserCutOff.Cause.REVOKED));
        assertThat(sessions()).doesNotContain(session, second);
        assertNoneLeft();
        assertThat(open(TOKEN)).isEqualTo(DENIED);
    }

    @Test
    void revocation_without_a_user_beyond_the_bound_fails_and_cuts_nothing_off() throws Exception {
        for (int i = 0; i < LIMITS.withoutUser(); i++) {
            done(revocations().count(TokenScope.token("t" + i)));
        }

        assertThatThrownBy(() -> revoke(new Revocation.OfToken("one-more", Optional.empty())))
                .isInstanceOf(BusFailure.class);

        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void token_of_an_unknown_user_is_cut_off_in_every_lane() throws Exception {
        Session session = opened(open(OF_LOGIN));

        assertThat(revoke(new Revocation.OfToken("t1", Optional.empty()))).isTrue();

        assertThat(cutoffLog.cutoffs())
                .hasSize(Lanes.COUNT)
                .allMatch(TokenRevoked.token("t1", Optional.empty())::equals);
        assertThat(open(OF_LOGIN)).isEqualTo(DENIED);
        assertThat(done(authenticator.endedAmong(List.of(session)))).containsExactly(session.id());
    }

    @Test
    void session_is_ended_by_its_id_once_and_its_token_stays_good() throws Exception {
        Session session = opened(open(OF_LOGIN));

        assertThat(revoke(new Revocation.OfSession(session.id()))).isTrue();
        assertThat(revoke(new Revocation.OfSession(session.id()))).isFalse();
        assertThat(revoke(new Revocation.OfSession("unknown"))).isFalse();

        assertThat(cutoffLog.cutoffs()).containsExactly(new SessionEnded(session.id(), SessionEnded.Cause.FORCED));
        assertThat(sessions()).isEmpty();
        opened(open(OF_LOGIN));
    }

    /** The caller learns that it is not certain, and repeats. Until then no session begins all the same. */
    @Test
    void revocation_whose_cut_off_is_not_stored_fails_and_holds_in_the_store() throws Exception {
        opened(open(OF_LOGIN));
        cutoffLog.breakDown();

        assertThatThrownBy(() -> revoke(new Revocation.OfToken("t1", Optional.of(ANN))))
                .isInstanceOf(BusFailure.class);

        assertThat(sessions()).isEmpty();
        assertThat(open(OF_LOGIN)).isEqualTo(DENIED);
    }

    @Test
    void session_whose_cut_off_is_not_stored_stays_to_be_ended_again() throws Exception {
        Session session = opened(open(OF_LOGIN));
        cutoffLog.breakDown();

        assertThatThrownBy(() -> revoke(new Revocation.OfSession(session.id()))).isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactly(session);
    }

    /** As after a fail-over that has lost the last writes. */
    @Test
    void revocations_that_edges_hold_are_stored_again() throws Exception {
        int lane = opened(open(OF_LOGIN)).lane();

        done(authenticator.republish(
                lane,
                List.of(
                        TokenRevoked.token("t1", Optional.of(ANN)),
                        TokenRevoked.family("of-somebody", Optional.empty()),
                        new SessionEnded("s", SessionEnded.Cause.FORCED),
                        new UserCutOff(new UserId("bob"), NOW, UserCutOff.Cause.REVOKED),
                        new UserCutOff(ANN, UserCutOff.ALL, UserCutOff.Cause.BANNED))));

        assertThat(open(OF_LOGIN)).isEqualTo(DENIED);
        assertThat(open(signed(HEADER, claims(",\"jti\":\"t2\",\"sid\":\"of-somebody\""))))
                .isEqualTo(DENIED);
        opened(open(TOKEN)); // a ban is stored elsewhere
        assertThat(cutoffLog.cutoffs()).hasSize(5).contains(new SessionEnded("s", SessionEnded.Cause.FORCED));
    }

    @Test
    void list_of_sessions_says_when_they_were_used_as_far_as_their_edge_answers() throws Exception {
        Session answered = opened(open(OF_LOGIN));
        Session silent = opened(done(authenticator.open(credentials(TOKEN, 4))));
        done(bus.answer(
                SessionActivity.QUESTION,
                3,
                question -> Future.succeededFuture(new SessionActivity.Reply(question.sessionIds().stream()
                        .map(id -> new SessionActivity.LastFrame(id, 77))
                        .toList()))));

        assertThat(done(operators.sessionsOf(ANN)))
                .containsExactly(
                        new ActiveSessions.Row(answered, Optional.of(77L)),
                        new ActiveSessions.Row(silent, Optional.empty()));
        assertThat(done(operators.sessionsOf(new UserId("bob")))).isEmpty();
    }

    /** Sessions with a revoked token take no place of their user's. */
    private void assertNoneLeft() throws Exception {
        assertThat(done(store.revokedOf(ANN))).isEmpty();
    }

    private boolean revoke(Revocation revocation) throws Exception {
        return done(operators.revoke(revocation));
    }
}
