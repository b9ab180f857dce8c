package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One call: who calls, how it is answered, and which event that leaves. {@link ApiCalls} makes one of each request. */
public final class ApiCall {
    private static final int UNAUTHORIZED = HttpRefusal.WRONG_CREDENTIALS.status();
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final long AGAIN_MS = 1_000;

    private final ApiRequest request;
    private final Optional<TokenClaims> caller;
    private final ApiAudit audit;

    /** @param caller the verified token of a user who calls; empty for a call that needs none */
    ApiCall(ApiRequest request, Optional<TokenClaims> caller, ApiAudit audit) {
        this.request = request;
        this.caller = caller;
        this.audit = audit;
    }

    public ApiRequest request() {
        return request;
    }

    public Fields body() {
        return request.body();
    }

    HttpServerRequest http() {
        return request.http();
    }

    HttpServerResponse response() {
        return request.http().response();
    }

    /** All lines of that header. */
    List<String> cookies() {
        return http().headers().getAll(HttpHeaders.COOKIE);
    }

    /** Empty for a socket without an IP address. */
    Optional<IpAddress> address() {
        return audit.address(http());
    }

    /** The keys under which the address of the client counts, narrowest first. */
    List<String> addressKeys() {
        return audit.keys(http());
    }

    /** The device and address from which a login is begun or renewed. */
    Optional<LoginDevice> device() {
        return audit.device(http());
    }

    /** The token of the caller; only for a call of a user. */
    public TokenClaims claims() {
        return caller.orElseThrow();
    }

    /** The caller; only for a call of a user. */
    public UserId user() {
        return claims().userId();
    }

    /** The room that its path names. */
    public RoomId room() {
        return new RoomId(request.text("roomId"));
    }

    /** The user whom its path names. */
    public UserId other() {
        return new UserId(request.text("userId"));
    }

    /** The caller as stages know it; only for a call of a user. A call belongs to no session. */
    public Sender by() {
        TokenClaims claims = claims();
        return new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), "");
    }

    /** Goes on with the answer of a stage. If there is none, the client is told to call again. */
    public <T> void then(Future<T> asked, Consumer<T> then) {
        asked.onSuccess(then::accept).onFailure(this::unavailable);
    }

    /** Goes on with the thing that was asked for, if there is one. */
    <T> void ifFound(Future<Optional<T>> asked, Consumer<T> then) {
        then(asked, found -> found.ifPresentOrElse(then, this::notFound));
    }

    /** Goes on if a stage grants it, unless the node may have stood still meanwhile. */
    void ifGranted(Future<Verdict> asked, Runnable then) {
        then(
                asked,
                verdict -> verdict.<Runnable>fold(
                                () -> request.mayHaveWaited() ? () -> request.refuse(HttpRefusal.UNAVAILABLE) : then,
                                why -> () -> refuse(why))
                        .run());
    }

    /** Goes on if the password or the code was right. A wrong one is a failed login. */
    <T> void confirmed(Future<Result<T, Denied>> asked, Consumer<T> then) {
        then(
                asked,
                result -> result.<Runnable>fold(
                                answer -> () -> then.accept(answer),
                                why -> () -> refuse(
                                        why.why().status() == UNAUTHORIZED
                                                ? EventName.AUTH_LOGIN_FAILURE
                                                : EventName.HTTP_REFUSED,
                                        why))
                        .run());
    }

    /** Answers without content. */
    public void send() {
        send(NO_CONTENT);
    }

    public void send(int status) {
        var unused = request.send(status);
    }

    public void send(Map<String, Object> body) {
        send(OK, body);
    }

    public void send(int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }

    /** The caller has done something that operators see. */
    public void done(EventName event) {
        done(event, user());
    }

    void done(EventName event, UserId user) {
        audit.done(event, http(), user);
    }

    /**
     * @param detail from one of our enums: what was done
     * @param resource the object of the act
     */
    public void done(EventName event, String detail, String resource) {
        audit.done(event, http(), user(), detail, resource);
    }

    /** There is no such thing, which is no event. */
    void notFound() {
        request.refuse(HttpRefusal.NOT_FOUND);
    }

    /** A refusal of a stage that was asked as for a frame. */
    void refuse(Rejection why) {
        why.<Runnable>fold(
                        limited -> () -> {
                            HttpResponses.retryAfter(response(), limited.retryAfterMs());
                            String detail = limited.scope().id() + "/"
                                    + limited.window().id();
                            refuse(HttpRefusal.RATE_LIMITED, List.of(), Optional.of(detail));
                        },
                        failed -> () -> refuse(
                                statusOf(failed.reason()),
                                failed.details().stream()
                                        .map(detail -> new Violation("", detail.rule())) // a path is of the frame
                                        .toList(),
                                Optional.of(failed.reason().id())))
                .run();
    }

    /** @param detail the part of the cause that only operators see */
    public void refuse(HttpRefusal why, List<Violation> details, Optional<String> detail) {
        if (why == HttpRefusal.UNAVAILABLE) {
            HttpResponses.retryAfter(response(), AGAIN_MS);
        }
        refuse(EventName.HTTP_REFUSED, why, details, Optional.of(user()), detail);
    }

    /** A refusal of a password, a code, a link or a refresh token. */
    void refuse(EventName event, Denied denied) {
        if (denied.retryAfterMs() > 0) {
            HttpResponses.retryAfter(response(), denied.retryAfterMs());
        }
        denied.challenge().ifPresent(work -> HttpResponses.proofOfWork(response(), work.text(), work.bits()));
        refuse(
                event,
                denied.why(),
                denied.violations(),
                caller.map(TokenClaims::userId).or(denied::user),
                denied.detail());
    }

    private void refuse(
            EventName event, HttpRefusal why, List<Violation> details, Optional<UserId> user, Optional<String> detail) {
        request.refuse(why, details, audit.refused(event, http(), why, user, detail));
    }

    void unavailable(Throwable failure) {
        CallFailures.log(failure);
        HttpResponses.retryAfter(response(), AGAIN_MS);
        request.refuse(HttpRefusal.UNAVAILABLE);
    }

    /** A room that the user may not enter and one that does not exist are the same (CWE-204). */
    private static HttpRefusal statusOf(Reason why) {
        return switch (why) {
            case NOT_MEMBER, NOT_FOUND -> HttpRefusal.NOT_FOUND;
            case CONFLICT -> HttpRefusal.CONFLICT;
            case FORBIDDEN, RESTRICTED, CSRF_FAILED -> HttpRefusal.FORBIDDEN;
            case UNSUPPORTED -> HttpRefusal.UNSUPPORTED;
            default -> HttpRefusal.UNAVAILABLE;
        };
    }
}
