// Go's crypto/tls as a peer: clients of servers that are named, or servers for certificates that are named.
//
//	peer client FOLDER VERSION:KEY:PORT …    connects twice to each; prints what came of it, a line each
//	peer server FOLDER VERSION:KEY …         prints the port of each, and echoes a line to each client
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder := os.Args[2] + "/"
	pem, err := os.ReadFile(folder + "root.pem")
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	done := make(chan bool)
	rows := os.Args[3:]
	for _, row := range rows {
		fields := strings.Split(row, ":")
		version := uint16(tls.VersionTLS13)
		if fields[0] == "1.2" {
			version = tls.VersionTLS12
		}
		config := &tls.Config{MinVersion: version, MaxVersion: version, NextProtos: []string{"echo"}}
		if os.Args[1] == "client" {
			own, err := tls.LoadX509KeyPair(folder+"client-"+fields[1]+".pem", folder+"client-"+fields[1]+".key")
			check(err)
			config.RootCAs, config.ServerName = roots, "localhost"
			config.Certificates = []tls.Certificate{own}
			config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
			for turn := 0; turn < 2; turn++ {
				connection, err := tls.Dial("tcp", "127.0.0.1:"+fields[2], config)
				check(err)
				connection.SetDeadline(time.Now().Add(20 * time.Second))
				fmt.Fprintf(connection, "hello\n")
				line, err := bufio.NewReader(connection).ReadString('\n')
				check(err)
				state := connection.ConnectionState()
				fmt.Println(fields[0], fields[1], state.NegotiatedProtocol, state.DidResume, strings.TrimSpace(line))
				connection.Close()
			}
			continue
		}
		own, err := tls.LoadX509KeyPair(folder+fields[1]+".pem", folder+fields[1]+".key")
		check(err)
		config.Certificates = []tls.Certificate{own}
		config.ClientCAs, config.ClientAuth = roots, tls.RequireAndVerifyClientCert
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		fmt.Println(listener.Addr().(*net.TCPAddr).Port)
		go func() {
			for turn := 0; turn < 2; turn++ {
				plain, err := listener.Accept()
				check(err)
				plain.SetDeadline(time.Now().Add(20 * time.Second))
				connection := tls.Server(plain, config)
				line, err := bufio.NewReader(connection).ReadString('\n')
				check(err)
				fmt.Fprint(connection, line)
				connection.Close()
			}
			done <- true
		}()
	}
	if os.Args[1] == "server" {
		for range rows {
			<-done
		}
	}
}
