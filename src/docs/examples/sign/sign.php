<?php
// Signs a token. PHP 8, with the extension openssl for RS256. Usage: php sign.php USER [ROLE]
declare(strict_types=1);

const LIFETIME_SECONDS = 300;

function encode(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** RS256 with the private key, or HS256 with the secret. */
function signature(string $text): string
{
    if ($path = getenv('JWT_KEY')) {
        $key = openssl_pkey_get_private((string) file_get_contents($path));
        $isRsa = $key !== false && openssl_pkey_get_details($key)['type'] === OPENSSL_KEYTYPE_RSA;
        if (!$isRsa || !openssl_sign($text, $signature, $key, OPENSSL_ALGO_SHA256)) {
            throw new RuntimeException('JWT_KEY names no private RSA key in PEM');
        }
        return $signature;
    }
    $secret = (string) getenv('JWT_SECRET');
    if (strlen($secret) < 32) {
        throw new RuntimeException('JWT_SECRET must have at least 32 bytes');
    }
    return hash_hmac('sha256', $text, $secret, true);
}

/** Call it only for a user that your own login has verified. */
function token(string $user, string $role = 'member'): string
{
    $now = time();
    $header = ['alg' => getenv('JWT_KEY') ? 'RS256' : 'HS256', 'typ' => 'JWT'];
    $claims = [
        'iss' => getenv('JWT_ISSUER') ?: 'https://chat.example.com',
        'aud' => getenv('JWT_AUDIENCE') ?: 'portcullis',
        'sub' => $user,
        'role' => $role,
        'jti' => bin2hex(random_bytes(16)),
        'iat' => $now,
        'exp' => $now + LIFETIME_SECONDS,
    ];
    $text = encode(json_encode($header, JSON_THROW_ON_ERROR)) . '.' . encode(json_encode($claims, JSON_THROW_ON_ERROR));
    return $text . '.' . encode(signature($text));
}

if ($argc < 2) {
    fwrite(STDERR, "usage: php sign.php USER [ROLE]\n");
    exit(1);
}
echo token($argv[1], $argv[2] ?? 'member'), "\n";
