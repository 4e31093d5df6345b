package main

func dial(host string, port int) {
	net.Dial("tcp4", fmt.Sprintf("%s:%d", host, port))
}
