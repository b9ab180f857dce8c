package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Json;
import dev.portcullis.content.PlainText;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Lists, adds and lifts bans for operators. Each change is an audit event that says who made it. */
final class BanOperations {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int REASON_CHARS = 256;
    private static final String NO_REASON = "operator";
    private static final List<IpAddress> LOOPBACK = Stream.of("127.0.0.1", "::1")
            .flatMap(text -> IpAddress.parse(text).stream())
            .toList();

    private final BanDirectory bans;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;
    private final LongSupplier clock;

    /** @param logged logs a failure, and returns the answer */
    BanOperations(
            BanDirectory bans,
            Audit audit,
            BiFunction<HttpRefusal, Throwable, HttpRefusal> logged,
            LongSupplier clock) {
        this.bans = bans;
        this.audit = audit;
        this.logged = logged;
        this.clock = clock;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("listBans", this::list).bind("addBan", this::add).bind("deleteBan", this::lift);
    }

    private void list(ApiRequest request) {
        bans.kept()
                .get()
                .onComplete(
                        kept -> send(
                                request,
                                OK,
                                Map.of(
                                        "bans",
                                        Stream.concat(kept.stream(), bans.configured().get().stream())
                                                .map(BanOperations::fields)
                                                .toList())),
                        failure -> unavailable(request, failure));
    }

    private void add(ApiRequest request) {
        Fields body = request.body();
        Optional<BanTarget> target = target(body.textIn("ip"), body.textIn("userId"));
        Optional<IpAddress> caller =
                IpAddress.ofPeer(request.http().remoteAddress().hostAddress());
        if (target.isEmpty()) {
            request.refuse(HttpRefusal.VALIDATION_FAILED, List.of(new Violation("/ip", "format")));
        } else if (coversOneOf(target.get(), Stream.concat(LOOPBACK.stream(), caller.stream()))) {
            request.refuse(HttpRefusal.VALIDATION_FAILED, List.of(new Violation("/ip", "not")));
        } else {
            add(request, ban(target.get(), body));
        }
    }

    private Ban ban(BanTarget target, Fields body) {
        long now = clock.getAsLong();
        long seconds = body.numberIn("seconds").orElseThrow();
        String reason = body.textIn("reason")
                .map(text -> PlainText.clean(text, REASON_CHARS).strip())
                .filter(text -> !text.isEmpty())
                .orElse(NO_REASON);
        return new Ban(target, Origin.OPERATOR, reason, now + TimeUnit.SECONDS.toMillis(seconds), now);
    }

    /** Answers only when the store holds it, and every node will learn of it: an operator who sees 201 may rely on it. */
    private void add(ApiRequest request, Ban ban) {
        bans.add()
                .apply(ban)
                .onComplete(
                        inForce -> inForce.ifPresentOrElse(
                                kept -> {
                                    audit.event(event(EventName.ADMIN_BANNED, request, kept.target())
                                            .reason(kept.reason()));
                                    send(request, CREATED, Map.of("ban", fields(kept)));
                                },
                                () -> request.refuse(HttpRefusal.CONFLICT)), // another must be lifted first
                        failure -> unavailable(request, failure));
    }

    /** Query and body are one list of names, which must all say the same. */
    private void lift(ApiRequest request) {
        Fields body = request.body();
        List<Optional<BanTarget>> named = Stream.concat(
                        Stream.of(request.textIn("ip"), body.textIn("ip"))
                                .flatMap(Optional::stream)
                                .map(BanOperations::addresses),
                        Stream.of(request.textIn("userId"), body.textIn("userId"))
                                .flatMap(Optional::stream)
                                .map(BanOperations::user))
                .distinct()
                .toList();
        if (named.size() != 1) {
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("", "oneOf")));
        } else if (named.get(0).isPresent()) {
            lift(request, named.get(0).get());
        } else {
            boolean ofAddresses =
                    request.textIn("ip").or(() -> body.textIn("ip")).isPresent();
            request.refuse(
                    HttpRefusal.INVALID_PARAMETER, List.of(new Violation(ofAddresses ? "/ip" : "/userId", "format")));
        }
    }

    private void lift(ApiRequest request, BanTarget target) {
        bans.lift()
                .apply(target)
                .onComplete(
                        found -> {
                            if (found) {
                                audit.event(event(EventName.ADMIN_BAN_LIFTED, request, target));
                                request.send(NO_CONTENT);
                            } else if (bans.isConfigured(target)) { // it ends with its line in the configuration
                                request.refuse(
                                        HttpRefusal.CONFLICT,
                                        List.of(new Violation("/" + nameOf(target), "configuration")));
                            } else {
                                request.refuse(HttpRefusal.NOT_FOUND);
                            }
                        },
                        failure -> unavailable(request, failure));
    }

    private static Optional<BanTarget> target(Optional<String> ip, Optional<String> user) {
        return ip.isPresent() ? ip.flatMap(BanOperations::addresses) : user.flatMap(BanOperations::user);
    }

    private static Optional<BanTarget> addresses(String range) {
        return AddressRange.parse(range).map(BanTarget.OfAddresses::new);
    }

    private static Optional<BanTarget> user(String id) {
        return Optional.of(new BanTarget.OfUser(new UserId(id)));
    }

    private static String nameOf(BanTarget target) {
        return target.fold(user -> "userId", range -> "ip");
    }

    /** A mistyped prefix must not shut out the machine itself, or the operator. */
    private static boolean coversOneOf(BanTarget target, Stream<IpAddress> addresses) {
        return target.fold(user -> false, range -> addresses.anyMatch(range::contains));
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }

    private static AuditEvent event(EventName name, ApiRequest request, BanTarget target) {
        AuditEvent event = AuditEvent.of(name)
                .requestId(RequestId.next())
                .ip(request.http().remoteAddress().hostAddress())
                .resource(target.key())
                .detail(request.caller(Operator.class).id());
        return target.fold(event::user, range -> event);
    }

    private static void send(ApiRequest request, int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }

    private static Map<String, Object> fields(Ban ban) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(nameOf(ban.target()), ban.target().fold(UserId::value, AddressRange::toString));
        fields.put("origin", ban.origin().id());
        fields.put("reason", ban.reason());
        if (ban.until() != Ban.FOREVER) {
            fields.put("until", ban.until());
        }
        if (ban.origin() != Origin.CONFIGURATION) {
            fields.put("decidedAt", ban.decidedAt());
        }
        return fields;
    }
}
