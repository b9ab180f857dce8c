package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The client of the accounts of the auth stage. Its futures fail only with a {@code BusFailure}. */
public final class Accounts {
    public static final Question<Register, GrantResult> REGISTER = new Question<>(
            Stage.AUTH,
            "register",
            Register.class,
            GrantResult.class,
            request -> request.email().hashCode());
    public static final Question<LogIn, GrantResult> LOG_IN = new Question<>(
            Stage.AUTH,
            "log_in",
            LogIn.class,
            GrantResult.class,
            request -> request.email().hashCode());
    public static final Question<Refresh, GrantResult> REFRESH = new Question<>(
            Stage.AUTH,
            "refresh_login",
            Refresh.class,
            GrantResult.class,
            request -> request.refreshToken().hashCode());
    public static final Question<ChooseRefresh, RefreshChoice> CHOOSE_REFRESH = new Question<>(
            Stage.AUTH,
            "choose_refresh",
            ChooseRefresh.class,
            RefreshChoice.class,
            request -> request.refreshTokens().hashCode());
    public static final Question<LogOut, LoggedOut> LOG_OUT = new Question<>(
            Stage.AUTH,
            "log_out",
            LogOut.class,
            LoggedOut.class,
            request -> request.user().hashCode());
    public static final Question<ChangePassword, GrantResult> CHANGE_PASSWORD = new Question<>(
            Stage.AUTH,
            "change_password",
            ChangePassword.class,
            GrantResult.class,
            request -> request.user().hashCode());
    public static final Question<Find, Found> FIND = new Question<>(
            Stage.AUTH,
            "account",
            Find.class,
            Found.class,
            request -> request.user().hashCode());

    public static final Question<CheckPassword, PasswordChecked> CHECK_PASSWORD = new Question<>(
            Stage.AUTH,
            "check_password",
            CheckPassword.class,
            PasswordChecked.class,
            request -> request.user().hashCode());
    public static final Question<ListLogins, LoginList> LIST_LOGINS = new Question<>(
            Stage.AUTH,
            "list_logins",
            ListLogins.class,
            LoginList.class,
            request -> request.user().hashCode());
    public static final Question<EndLogin, LoginEnded> END_LOGIN = new Question<>(
            Stage.AUTH,
            "end_login",
            EndLogin.class,
            LoginEnded.class,
            request -> request.user().hashCode());

    private final Bus bus;

    public Accounts(Bus bus) {
        this.bus = bus;
    }

    /** Creates an account and logs it in. */
    public Future<GrantResult> register(Register request) {
        return bus.askLong(REGISTER, request);
    }

    public Future<GrantResult> logIn(LogIn request) {
        return bus.askLong(LOG_IN, request);
    }

    /** Whose refresh token a text says it is. Only the stage knows whether it is one. */
    public static Optional<UserId> userOf(String refreshToken) {
        return RefreshToken.parse(refreshToken).map(GrantIssuer::userOf);
    }

    /** Which login a text says its refresh token is of. Only the stage knows whether it is one. */
    public static Optional<String> sidOf(String refreshToken) {
        return RefreshToken.parse(refreshToken).map(RefreshToken::family);
    }

    /** Exchanges a refresh token for its successor, and for a new access token. */
    public Future<GrantResult> refresh(Refresh request) {
        return bus.ask(REFRESH, request);
    }

    /** Which of several refresh tokens of one request are exchanged. None of them is used up. */
    public Future<RefreshChoice> choose(List<String> refreshTokens) {
        return bus.ask(CHOOSE_REFRESH, new ChooseRefresh(refreshTokens));
    }

    /** Ends a login: its refresh tokens, its access tokens, and the sessions that were opened with one. Idempotent. */
    public Future<Void> logOut(UserId user, String sid) {
        return bus.ask(LOG_OUT, new LogOut(user, sid)).mapEmpty();
    }

    /** Changes the password and ends all other logins of the user. */
    public Future<GrantResult> changePassword(ChangePassword request) {
        return bus.askLong(CHANGE_PASSWORD, request);
    }

    /** Empty for a user who has no account here. */
    public Future<Optional<AccountProfile>> find(UserId user) {
        return bus.ask(FIND, new Find(user)).map(Found::profile);
    }

    /** Whether a user who is logged in knows the password of the account; empty if so. Changes nothing. */
    public Future<Optional<GrantRefusal>> checkPassword(UserId user, String password) {
        return bus.askLong(CHECK_PASSWORD, new CheckPassword(user, password)).map(PasswordChecked::refusal);
    }

    /** The logins that can be refreshed, oldest first; empty for a user who has no account here. */
    public Future<Optional<List<LoginEntry>>> logins(UserId user) {
        return bus.ask(LIST_LOGINS, new ListLogins(user)).map(LoginList::logins);
    }

    /** Ends a login as {@link #logOut} does; false if the user has no such one, and then nothing is done. */
    public Future<Boolean> endLogin(UserId user, String sid) {
        return bus.ask(END_LOGIN, new EndLogin(user, sid)).map(LoginEnded::found);
    }

    /**
     * The request of {@link #register}.
     *
     * @param invitation the code that the client brings
     */
    public record Register(
            String username,
            String email,
            String password,
            boolean refreshInBody,
            Optional<LoginDevice> device,
            Optional<String> invitation) {
        @Override
        public String toString() {
            return "Register[" + Secret.REDACTED + "]";
        }
    }

    /** The request of {@link #logIn}. */
    public record LogIn(String email, String password, boolean refreshInBody, Optional<LoginDevice> device) {
        @Override
        public String toString() {
            return "LogIn[" + Secret.REDACTED + "]";
        }
    }

    /**
     * The request of {@link #changePassword}.
     *
     * @param sid the login that asks, which goes on
     */
    public record ChangePassword(
            UserId user,
            Optional<String> sid,
            String currentPassword,
            String newPassword,
            Optional<LoginDevice> device) {
        @Override
        public String toString() {
            return "ChangePassword[" + user.value() + "]";
        }
    }

    /**
     * The request of {@link #refresh}.
     *
     * @param banned the user of the token, if banned: a right token of theirs is refused and stays as it is
     */
    public record Refresh(String refreshToken, Optional<UserId> banned, Optional<LoginDevice> device) {
        @Override
        public String toString() {
            return "Refresh[" + Secret.REDACTED + "]";
        }
    }

    /** The request of {@link #choose}. */
    public record ChooseRefresh(List<String> refreshTokens) {
        public ChooseRefresh {
            refreshTokens = List.copyOf(refreshTokens);
        }

        @Override
        public String toString() {
            return "ChooseRefresh[" + Secret.REDACTED + "]";
        }
    }

    /** The request of {@link #logOut}. */
    public record LogOut(UserId user, String sid) {}

    /** The login has ended. */
    public record LoggedOut() {}

    /** The request of {@link #find}. */
    public record Find(UserId user) {}

    /** The reply to {@link Find}. */
    public record Found(Optional<AccountProfile> profile) {}

    /** The request of {@link #checkPassword}. */
    public record CheckPassword(UserId user, String password) {
        @Override
        public String toString() {
            return "CheckPassword[" + user.value() + "]";
        }
    }

    /** The reply to {@link CheckPassword}: why the password was not confirmed. */
    public record PasswordChecked(Optional<GrantRefusal> refusal) {}

    /** The request of {@link #logins}. */
    public record ListLogins(UserId user) {}

    /** The reply to {@link ListLogins}. */
    public record LoginList(Optional<List<LoginEntry>> logins) {
        public LoginList {
            logins = logins.map(List::copyOf);
        }
    }

    /** The request of {@link #endLogin}. */
    public record EndLogin(UserId user, String sid) {}

    /** The reply to {@link EndLogin}. */
    public record LoginEnded(boolean found) {}
}
