import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a token with the JDK alone, 17 or newer. Usage: java Sign.java USER [ROLE] */
public class Sign {
    private static final Map<String, String> ENV = System.getenv();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int LIFETIME_SECONDS = 300;

    /** Call it only for a user that your own login has verified. */
    static String token(String user, String role) throws Exception {
        long now = System.currentTimeMillis() / 1_000;
        String header = "{\"alg\":" + json(ENV.containsKey("JWT_KEY") ? "ES256" : "HS256") + ",\"typ\":\"JWT\"}";
        String claims = "{\"iss\":" + json(ENV.getOrDefault("JWT_ISSUER", "https://chat.example.com"))
                + ",\"aud\":" + json(ENV.getOrDefault("JWT_AUDIENCE", "portcullis"))
                + ",\"sub\":" + json(user) + ",\"role\":" + json(role) + ",\"jti\":" + json(UUID.randomUUID().toString())
                + ",\"iat\":" + now + ",\"exp\":" + (now + LIFETIME_SECONDS) + "}";
        String text = BASE64.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + BASE64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        return text + "." + BASE64.encodeToString(signature(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** ES256 with the private key, or HS256 with the secret. */
    private static byte[] signature(byte[] text) throws Exception {
        if (ENV.containsKey("JWT_KEY")) {
            String base64 = Files.readString(Path.of(ENV.get("JWT_KEY"))).replaceAll("-----[A-Z ]+-----|\\s", "");
            byte[] key = Base64.getDecoder().decode(base64);
            Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
            signer.initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)));
            signer.update(text);
            return signer.sign();
        }
        byte[] secret = ENV.getOrDefault("JWT_SECRET", "").getBytes(StandardCharsets.UTF_8);
        if (secret.length < 32) {
            throw new IllegalArgumentException("JWT_SECRET must have at least 32 bytes");
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static String json(String text) {
        return '"' + text.chars().mapToObj(Sign::escaped).reduce("", String::concat) + '"';
    }

    private static String escaped(int c) {
        return c < '-' || c > '~' || c == '\\' ? String.format("\\u%04x", c) : String.valueOf((char) c);
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(token(arguments[0], arguments.length > 1 ? arguments[1] : "member"));
    }
}
