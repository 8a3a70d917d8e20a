import { pageFetch } from "@/components/shell/page-fetch";

window.fetch = pageFetch(window.fetch.bind(window));
