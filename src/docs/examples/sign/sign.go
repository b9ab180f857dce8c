// Signs a token (HS256) with the standard library, Go 1.22 or newer. Usage: go run sign.go USER [ROLE]
package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"
)

const lifetimeSeconds = 300

func encode(value map[string]any) string {
	text, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// token must only be called for a user that your own login has verified.
func token(user, role string) string {
	secret, id, now := []byte(os.Getenv("JWT_SECRET")), make([]byte, 16), time.Now().Unix()
	if len(secret) < 32 {
		log.Fatal("JWT_SECRET must have at least 32 bytes")
	}
	if _, err := rand.Read(id); err != nil {
		log.Fatal(err)
	}
	text := encode(map[string]any{"alg": "HS256", "typ": "JWT"}) + "." + encode(map[string]any{
		"iss":  cmp.Or(os.Getenv("JWT_ISSUER"), "https://chat.example.com"),
		"aud":  cmp.Or(os.Getenv("JWT_AUDIENCE"), "portcullis"),
		"sub":  user,
		"role": role,
		"jti":  base64.RawURLEncoding.EncodeToString(id),
		"iat":  now,
		"exp":  now + lifetimeSeconds,
	})
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: go run sign.go USER [ROLE]")
	}
	fmt.Println(token(os.Args[1], append(os.Args[2:], "member")[0]))
}
