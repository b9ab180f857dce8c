package dev.portcullis.admin;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.content.PlainText;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Lists, adds and lifts bans for operators. Each change is an audit event that says who made it. */
final class BanOperations {
    private static final int CREATED = 201;
    private static final int REASON_CHARS = 256;
    private static final String NO_REASON = "operator";
    private static final List<IpAddress> LOOPBACK = Stream.of("127.0.0.1", "::1")
            .flatMap(text -> IpAddress.parse(text).stream())
            .toList();

    private final BanDirectory bans;
    private final LongSupplier clock;

    BanOperations(BanDirectory bans, LongSupplier clock) {
        this.bans = bans;
        this.clock = clock;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("listBans", this::list).bind("addBan", this::add).bind("deleteBan", this::lift);
    }

    private void list(OperatorCall call) {
        call.then(
                bans.kept().get(),
                kept -> call.send(Map.of(
                        "bans",
                        Stream.concat(kept.stream(), bans.configured().get().stream())
                                .map(BanOperations::fields)
                                .toList())));
    }

    private void add(OperatorCall call) {
        Fields body = call.body();
        Optional<BanTarget> target = target(body.textIn("ip"), body.textIn("userId"));
        Optional<IpAddress> caller =
                IpAddress.ofPeer(call.request().http().remoteAddress().hostAddress());
        if (target.isEmpty()) {
            call.request().refuse(HttpRefusal.VALIDATION_FAILED, List.of(new Violation("/ip", "format")));
        } else if (coversOneOf(target.get(), Stream.concat(LOOPBACK.stream(), caller.stream()))) {
            call.request().refuse(HttpRefusal.VALIDATION_FAILED, List.of(new Violation("/ip", "not")));
        } else {
            add(call, ban(target.get(), body));
        }
    }

    private Ban ban(BanTarget target, Fields body) {
        long now = clock.getAsLong();
        long seconds = body.numberIn("seconds").orElseThrow();
        String reason = body.textIn("reason")
                .flatMap(text -> PlainText.seen(text, REASON_CHARS))
                .map(String::strip)
                .orElse(NO_REASON);
        return new Ban(target, Origin.OPERATOR, reason, now + TimeUnit.SECONDS.toMillis(seconds), now);
    }

    /** Answers only when the store holds it, and every node will learn of it: an operator who sees 201 may rely on it. */
    private void add(OperatorCall call, Ban ban) {
        call.then(
                bans.add().apply(ban),
                inForce -> inForce.ifPresentOrElse(
                        kept -> {
                            call.record(event(EventName.ADMIN_BANNED, call, kept.target())
                                    .reason(kept.reason()));
                            call.send(CREATED, Map.of("ban", fields(kept)));
                        },
                        () -> call.request().refuse(HttpRefusal.CONFLICT))); // another must be lifted first
    }

    /** Query and body are one list of names, which must all say the same. */
    private void lift(OperatorCall call) {
        ApiRequest request = call.request();
        Fields body = call.body();
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
            lift(call, named.get(0).get());
        } else {
            boolean ofAddresses =
                    request.textIn("ip").or(() -> body.textIn("ip")).isPresent();
            request.refuse(
                    HttpRefusal.INVALID_PARAMETER, List.of(new Violation(ofAddresses ? "/ip" : "/userId", "format")));
        }
    }

    private void lift(OperatorCall call, BanTarget target) {
        call.then(bans.lift().apply(target), found -> {
            if (found) {
                call.done(event(EventName.ADMIN_BAN_LIFTED, call, target));
            } else if (bans.isConfigured(target)) { // it ends with its line in the configuration
                call.request()
                        .refuse(HttpRefusal.CONFLICT, List.of(new Violation("/" + nameOf(target), "configuration")));
            } else {
                call.request().refuse(HttpRefusal.NOT_FOUND);
            }
        });
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

    private static AuditEvent event(EventName name, OperatorCall call, BanTarget target) {
        AuditEvent event = call.event(name).resource(target.key());
        return target.fold(event::user, range -> event);
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
