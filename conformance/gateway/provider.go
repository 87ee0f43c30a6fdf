// An OpenID provider for tests, which signs everybody in as jane.doe@example.com without asking:
// provider ADDRESS CLIENT_ID CLIENT_SECRET. Once a file is named as well, new tokens are for another user while it exists.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/oauth2-proxy/mockoidc"
)

func main() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		log.Fatal(err)
	}
	provider, err := mockoidc.NewServer(key)
	if err != nil {
		log.Fatal(err)
	}
	provider.ClientID, provider.ClientSecret = os.Args[2], os.Args[3]
	if len(os.Args) > 4 {
		other := mockoidc.DefaultUser()
		other.Email = "mallory@example.com"
		err = provider.AddMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, missing := os.Stat(os.Args[4])
				if r.URL.Path == mockoidc.AuthorizationEndpoint && missing == nil {
					provider.QueueUser(other)
				}
				next.ServeHTTP(w, r)
			})
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := provider.Start(listener, nil); err != nil {
		log.Fatal(err)
	}
	log.Print("issuer ", provider.Issuer())
	select {}
}
